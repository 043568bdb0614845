"""LlamaIndex over the OpenAI and the Anthropic dialect."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import anthropic
import openai
from llama_index.core.llms import ChatMessage, ImageBlock, TextBlock
from llama_index.core.llms.function_calling import FunctionCallingLLM
from llama_index.core.prompts import PromptTemplate
from llama_index.core.tools import FunctionTool
from llama_index.llms.anthropic import Anthropic
from llama_index.llms.openai import OpenAI, OpenAIResponses
from llama_index.llms.openai_like import OpenAILike

from subject import (
    ANSWER,
    ANTHROPIC_MODEL,
    ANTHROPIC_VISION,
    API_KEY,
    BAD_TEMPERATURE,
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
    assert_weather,
    failure_of,
    get_weather,
)

weather = FunctionTool.from_defaults(fn=get_weather)


def openai_model(url: str, model: str, thinking: bool, **options: object) -> FunctionCallingLLM:
    effort = {"reasoning_effort": "low"} if thinking else {}
    return OpenAI(model=model, api_base=url, api_key=API_KEY, max_retries=0, **effort, **options)


def responses_model(url: str, model: str, thinking: bool, **options: object) -> FunctionCallingLLM:
    effort = {"reasoning_options": {"effort": "low", "summary": "auto"}} if thinking else {}
    return OpenAIResponses(model=model, api_base=url, api_key=API_KEY, max_retries=0, **effort, **options)


def openai_like_model(url: str, model: str, thinking: bool, **options: object) -> FunctionCallingLLM:
    return OpenAILike(
        model=model,
        api_base=url,
        api_key=API_KEY,
        max_retries=0,
        is_chat_model=True,
        is_function_calling_model=True,
        should_use_structured_outputs=True,
        additional_kwargs={"reasoning_effort": "low"} if thinking else {},
        **options,
    )


def anthropic_model(url: str, model: str, thinking: bool, **options: object) -> FunctionCallingLLM:
    thoughts = {"thinking_dict": {"type": "enabled", "budget_tokens": 1024}} if thinking else {}
    return Anthropic(
        model=model, base_url=url, api_key=API_KEY, max_retries=0, **{"max_tokens": 4096, **options}, **thoughts
    )


@dataclass(frozen=True)
class Family:
    name: str
    package: str
    base: str
    text: str
    vision: str
    make: Callable[..., FunctionCallingLLM]
    errors: tuple[type[Exception], type[Exception]]
    embeddings: Run | NotApplicable


NO_EMBEDDINGS = NotApplicable("LlamaIndex has embeddings in packages of their own, over OpenAI’s SDK")
OPENAI_ERRORS = (openai.NotFoundError, openai.BadRequestError)
FAMILIES = [
    Family(
        "LlamaIndex OpenAI",
        "llama-index-llms-openai",
        "/openai/v1",
        OPENAI_MODEL,
        OPENAI_VISION,
        openai_model,
        OPENAI_ERRORS,
        NO_EMBEDDINGS,
    ),
    Family(
        "LlamaIndex OpenAIResponses",
        "llama-index-llms-openai",
        "/openai/v1",
        OPENAI_MODEL,
        OPENAI_VISION,
        responses_model,
        OPENAI_ERRORS,
        NO_EMBEDDINGS,
    ),
    Family(
        "LlamaIndex OpenAILike",
        "llama-index-llms-openai-like",
        "/openai/v1",
        OPENAI_MODEL,
        OPENAI_VISION,
        openai_like_model,
        OPENAI_ERRORS,
        NO_EMBEDDINGS,
    ),
    Family(
        "LlamaIndex Anthropic",
        "llama-index-llms-anthropic",
        "/anthropic",
        ANTHROPIC_MODEL,
        ANTHROPIC_VISION,
        anthropic_model,
        (anthropic.NotFoundError, anthropic.BadRequestError),
        NotApplicable("Anthropic’s API has none"),
    ),
]


def text_of(message: ChatMessage) -> str:
    return "".join(block.text for block in message.blocks if block.block_type == "text")


def thought_of(message: ChatMessage) -> str:
    return "".join(block.content or "" for block in message.blocks if block.block_type == "thinking")


def client_of(family: Family) -> Client:
    def make(bench: Bench, model: str = family.text, thinking: bool = False, **options: object) -> FunctionCallingLLM:
        return family.make(bench.origin + family.base, model, thinking, **options)

    def plain(bench: Bench) -> None:
        asked = [ChatMessage(role="system", content="Be brief."), ChatMessage(role="user", content=QUESTION)]
        assert text_of(make(bench).chat(asked).message) == ANSWER
        assert make(bench).complete(QUESTION).text == ANSWER

    def stream(bench: Bench) -> None:
        asked = [ChatMessage(role="user", content=STORY)]
        chunks = list(make(bench).stream_chat(asked))
        assert_pieces([chunk.delta or "" for chunk in chunks], text_of(make(bench).chat(asked).message))
        assert text_of(chunks[-1].message) == text_of(make(bench).chat(asked).message)

    def tools(question: str, *cities: str) -> Run:
        def run(bench: Bench) -> None:
            llm = make(bench)

            def turn(history: list[ChatMessage], streamed: bool):
                options = {"chat_history": history, "allow_parallel_tool_calls": True}
                if not streamed:
                    return llm.chat_with_tools([weather], **options)
                return list(llm.stream_chat_with_tools([weather], **options))[-1]

            for streamed in (False, True):
                history = [ChatMessage(role="user", content=question)]
                called = turn(history, streamed)
                calls = llm.get_tool_calls_from_response(called)
                assert [call.tool_kwargs for call in calls] == [{"city": city} for city in cities]
                results = [
                    ChatMessage(
                        role="tool",
                        content=str(weather(**call.tool_kwargs)),
                        additional_kwargs={"tool_call_id": call.tool_id},
                    )
                    for call in calls
                ]
                assert_weather(text_of(turn([*history, called.message, *results], streamed).message), cities)

        return run

    def structured(bench: Bench) -> None:
        assert_person(make(bench).structured_predict(Person, PromptTemplate(PERSON)))
        bench.was_sent_schema()

    def vision(bench: Bench) -> None:
        blocks = [TextBlock(text=PICTURE), ImageBlock(image=PIXEL_BYTES, image_mimetype="image/png")]
        assert text_of(make(bench, family.vision).chat([ChatMessage(role="user", blocks=blocks)]).message)
        bench.saw_picture()

    def reasoning(bench: Bench) -> None:
        asked = [ChatMessage(role="user", content=QUESTION)]
        llm = make(bench, thinking=True)
        for message in (llm.chat(asked).message, list(llm.stream_chat(asked))[-1].message):
            assert_thought(thought_of(message), text_of(message))
            bench.was_asked_to_think()

    def error(bench: Bench) -> None:
        not_found, bad_request = family.errors
        asked = [ChatMessage(role="user", content="Hello")]
        # LlamaIndex looks some names up in a list of its own; a name in the call goes as it is.
        unknown = failure_of(lambda: make(bench).chat(asked, model=UNKNOWN_MODEL))
        assert isinstance(unknown, not_found), repr(unknown)
        assert UNKNOWN_MODEL in str(unknown)
        bad = failure_of(lambda: make(bench, family.vision).chat(asked, temperature=BAD_TEMPERATURE))
        assert isinstance(bad, bad_request), repr(bad)
        assert "temperature" in str(bad)

    def abort(bench: Bench) -> None:
        async def start_and_cancel() -> None:
            begun = asyncio.Event()

            async def read() -> None:
                async for chunk in await make(bench).astream_chat([ChatMessage(role="user", content=STORY)]):
                    if chunk.delta:
                        begun.set()

            task = asyncio.create_task(read())
            await begun.wait()
            task.cancel()
            await asyncio.wait([task])
            assert task.cancelled()

        # Streams without asyncio are left to Python's garbage collector, which comes when it likes.
        with bench.aborting():
            asyncio.run(start_and_cancel())

    return Client(
        name=family.name,
        package=family.package,
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
            "countTokens": NotApplicable("LlamaIndex counts tokens by itself"),
            "embeddings": family.embeddings,
        },
    )


CLIENTS = [client_of(family) for family in FAMILIES]
