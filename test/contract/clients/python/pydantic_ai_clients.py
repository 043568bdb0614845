"""Pydantic AI over the three dialects."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from pydantic_ai import Agent, BinaryContent, ModelHTTPError, NativeOutput
from pydantic_ai.exceptions import ModelNotFoundError, UsageLimitExceeded
from pydantic_ai.messages import ThinkingPart, ToolReturnPart
from pydantic_ai.models import Model
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.google import GoogleModel
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.google import GoogleProvider
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.usage import UsageLimits

from subject import (
    ANSWER,
    ANTHROPIC_MODEL,
    ANTHROPIC_VISION,
    API_KEY,
    BAD_TEMPERATURE,
    GEMINI_MODEL,
    GEMINI_VISION,
    ONE_CITY,
    OPENAI_MODEL,
    OPENAI_VISION,
    PERSON,
    PICTURE,
    PIXEL_BYTES,
    QUESTION,
    STORY,
    TWO_CITIES,
    UNKNOWN_MODEL,
    Bench,
    Client,
    NotApplicable,
    Person,
    Run,
    assert_person,
    assert_pieces,
    assert_thought,
    assert_usage,
    assert_weather,
    failure_of,
    get_weather,
)

# The providers share HTTP clients, which belong to one event loop.
loop = asyncio.new_event_loop()
threading.Thread(target=loop.run_forever, daemon=True).start()


def wait(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run_coroutine_threadsafe(work, loop).result()


@dataclass(frozen=True)
class Family:
    name: str
    base: str
    text: str
    vision: str
    make: Callable[[str, str], Model]
    # What asks for thoughts.
    thinking: dict[str, object]
    # What the upstream takes for wrong, and the SDK lets through.
    bad: dict[str, object] = field(default_factory=lambda: {"temperature": BAD_TEMPERATURE})
    counts_tokens: bool = True


def openai_provider(url: str) -> OpenAIProvider:
    return OpenAIProvider(base_url=url, api_key=API_KEY)


FAMILIES = [
    Family(
        "pydantic-ai OpenAIChatModel",
        "/openai/v1",
        OPENAI_MODEL,
        OPENAI_VISION,
        lambda url, model: OpenAIChatModel(model, provider=openai_provider(url)),
        {"openai_reasoning_effort": "low"},
        counts_tokens=False,
    ),
    Family(
        "pydantic-ai OpenAIResponsesModel",
        "/openai/v1",
        OPENAI_MODEL,
        OPENAI_VISION,
        lambda url, model: OpenAIResponsesModel(model, provider=openai_provider(url)),
        {"openai_reasoning_effort": "low", "openai_reasoning_summary": "auto"},
    ),
    Family(
        "pydantic-ai AnthropicModel",
        "/anthropic",
        ANTHROPIC_MODEL,
        ANTHROPIC_VISION,
        lambda url, model: AnthropicModel(model, provider=AnthropicProvider(base_url=url, api_key=API_KEY)),
        {"anthropic_thinking": {"type": "enabled", "budget_tokens": 1024}},
        bad={"max_tokens": -1},
    ),
    Family(
        "pydantic-ai GoogleModel",
        "/genai",
        GEMINI_MODEL,
        GEMINI_VISION,
        lambda url, model: GoogleModel(model, provider=GoogleProvider(base_url=url, api_key=API_KEY)),
        {"google_thinking_config": {"include_thoughts": True, "thinking_budget": 1024}},
    ),
]


def thought_of(result) -> str:
    return "".join(part.content for part in result.response.parts if isinstance(part, ThinkingPart))


def client_of(family: Family) -> Client:
    def agent(bench: Bench, model: str = family.text, **options: Any) -> Agent:
        return Agent(family.make(bench.origin + family.base, model), retries=0, **options)

    def plain(bench: Bench) -> None:
        result = wait(agent(bench, instructions="Be brief.").run(QUESTION))
        assert result.output == ANSWER
        assert result.response.model_name == family.text
        assert_usage(result.usage.input_tokens, result.usage.output_tokens)

    def stream(bench: Bench) -> None:
        async def pieces_of() -> tuple[list[str], Any]:
            async with agent(bench).run_stream(STORY) as result:
                pieces = [piece async for piece in result.stream_text(delta=True, debounce_by=None)]
                return pieces, result.usage

        pieces, usage = wait(pieces_of())
        assert_pieces(pieces, wait(agent(bench).run(STORY)).output)
        assert_usage(usage.input_tokens, usage.output_tokens)

    def tools(question: str, *cities: str) -> Run:
        async def streamed(asked: Agent):
            async with asked.run_stream(question) as result:
                return await result.get_output(), result.all_messages()

        def run(bench: Bench) -> None:
            asked = agent(bench, tools=[get_weather])
            whole = wait(asked.run(question))
            for output, messages in ((whole.output, whole.all_messages()), wait(streamed(asked))):
                assert_weather(output, cities)
                results = [part for message in messages for part in message.parts if isinstance(part, ToolReturnPart)]
                assert [part.content for part in results] == [get_weather(city) for city in cities]

        return run

    def structured(bench: Bench) -> None:
        for output_type in (Person, NativeOutput(Person)):
            assert_person(wait(agent(bench, output_type=output_type).run(PERSON)).output)
            bench.was_sent_schema()

    def vision(bench: Bench) -> None:
        picture = BinaryContent(data=PIXEL_BYTES, media_type="image/png")
        assert wait(agent(bench, family.vision).run([PICTURE, picture])).output
        bench.saw_picture()

    def reasoning(bench: Bench) -> None:
        async def streamed():
            async with asked.run_stream(QUESTION) as result:
                return await result.get_output(), result

        asked = agent(bench, model_settings=family.thinking)
        whole = wait(asked.run(QUESTION))
        assert_thought(thought_of(whole), whole.output)
        bench.was_asked_to_think()
        output, result = wait(streamed())
        assert_thought(thought_of(result), output)

    def error(bench: Bench) -> None:
        unknown = failure_of(lambda: wait(agent(bench, UNKNOWN_MODEL).run("Hello")))
        assert isinstance(unknown, ModelNotFoundError), repr(unknown)
        assert UNKNOWN_MODEL in unknown.message
        bad = failure_of(lambda: wait(agent(bench, family.vision, model_settings=family.bad).run("Hello")))
        assert isinstance(bad, ModelHTTPError) and bad.status_code == 400, repr(bad)
        assert next(iter(family.bad)) in bad.message

    def abort(bench: Bench) -> None:
        async def start_and_cancel() -> None:
            begun = asyncio.Event()

            async def read() -> None:
                async with agent(bench).run_stream(STORY) as result:
                    async for _ in result.stream_text(delta=True, debounce_by=None):
                        begun.set()

            task = asyncio.create_task(read())
            await begun.wait()
            task.cancel()
            await asyncio.wait([task])
            assert task.cancelled()
            # GoogleModel leaves Google's stream to Python's garbage collector, which comes when it likes.
            gc.collect()

        with bench.aborting():
            wait(start_and_cancel())

    def count_tokens(bench: Bench) -> None:
        limits = UsageLimits(input_tokens_limit=100, count_tokens_before_request=True)
        assert wait(agent(bench).run(QUESTION, usage_limits=limits)).output == ANSWER
        bench.reset()
        refused = failure_of(lambda: wait(agent(bench).run("Hello " * 200, usage_limits=limits)))
        assert isinstance(refused, UsageLimitExceeded), repr(refused)
        assert not bench.requests(), "the model was asked nevertheless"

    return Client(
        name=family.name,
        package="pydantic-ai-slim",
        base=family.base,
        scenarios={
            "plain": plain,
            "stream": stream,
            "tools": tools(ONE_CITY, "Paris"),
            "parallelTools": tools(TWO_CITIES, "Paris", "Rome"),
            "structured": structured,
            "vision": vision,
            "reasoning": reasoning,
            "error": error,
            "abort": abort,
            "countTokens": count_tokens if family.counts_tokens else NotApplicable("OpenAI’s chat API has no such call"),
            "embeddings": NotApplicable("Pydantic AI has embedders apart from its models"),
        },
    )


CLIENTS = [client_of(family) for family in FAMILIES]
