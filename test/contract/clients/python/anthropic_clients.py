"""Anthropic's SDK, and the sample of the guide as it stands there."""

from __future__ import annotations

import os
from collections.abc import Callable

import anthropic
from anthropic import Anthropic

from subject import (
    ANSWER,
    ANTHROPIC_MODEL,
    ANTHROPIC_VISION,
    API_KEY,
    LONG,
    ONE_CITY,
    PERSON,
    PICTURE,
    PIXEL,
    QUESTION,
    STORY,
    TWO_CITIES,
    UNKNOWN_MODEL,
    WEATHER_PARAMETERS,
    WEATHER_TOOL,
    Bench,
    Client,
    NotApplicable,
    Person,
    Run,
    assert_counts,
    assert_person,
    assert_pieces,
    assert_thought,
    assert_usage,
    assert_weather,
    failure_of,
    get_weather,
)

BASE = "/anthropic"
MAX_TOKENS = 4096
TOOLS = [{**WEATHER_TOOL, "input_schema": WEATHER_PARAMETERS}]


def messages(bench: Bench):
    return Anthropic(base_url=bench.origin + BASE, api_key=API_KEY, max_retries=0).messages


def text_of(message) -> str:
    return "".join(block.text for block in message.content if block.type == "text")


def thought_of(message) -> str:
    return "".join(block.thinking for block in message.content if block.type == "thinking")


def final(bench: Bench, request: dict[str, object], streamed: bool):
    if not streamed:
        return messages(bench).create(**request)
    with messages(bench).stream(**request) as stream:
        return stream.get_final_message()


def guide_sample(bench: Bench) -> None:
    """The words of the guide, but for the address, which is the gateway's."""
    os.environ["ANTHROPIC_API_KEY"] = API_KEY
    anthropic = Anthropic(
        api_key=os.environ.get("ANTHROPIC_API_KEY"),
        base_url=f"{bench.origin}/anthropic",
    )

    message = anthropic.messages.create(
        model="claude-3-5-sonnet-20241022",
        max_tokens=1024,
        messages=[
            {"role": "user", "content": "Hello, Claude"}
        ],
    )
    assert text_of(message)
    assert message.role == "assistant"
    assert message.model == "claude-3-5-sonnet-20241022"
    assert message.stop_reason == "end_turn"
    assert_usage(message.usage.input_tokens, message.usage.output_tokens)
    assert bench.last_body()["model"] == "gpt-oss-120b"


def client_of(upstream: str, model: str, vision_model: str, sample: Run | None = None) -> Client:
    def ask(content: object, model: str = model) -> dict[str, object]:
        return {"model": model, "max_tokens": MAX_TOKENS, "messages": [{"role": "user", "content": content}]}

    def plain(bench: Bench) -> None:
        message = messages(bench).create(**ask(QUESTION), system="Be brief.")
        assert text_of(message) == ANSWER
        assert message.stop_reason == "end_turn"
        assert message.model == model
        assert message._request_id
        assert_usage(message.usage.input_tokens, message.usage.output_tokens)

    def stream(bench: Bench) -> None:
        with messages(bench).stream(**ask(STORY)) as events:
            pieces = list(events.text_stream)
            message = events.get_final_message()
        assert_pieces(pieces, text_of(message))
        assert message.stop_reason == "end_turn"
        assert_usage(message.usage.input_tokens, message.usage.output_tokens)

    def tools(question: str, *cities: str) -> Callable[[Bench], None]:
        def run(bench: Bench) -> None:
            for streamed in (False, True):
                request = {**ask(question), "tools": TOOLS}
                called = final(bench, request, streamed)
                assert called.stop_reason == "tool_use"
                calls = [block for block in called.content if block.type == "tool_use"]
                assert [call.input for call in calls] == [{"city": city} for city in cities]
                results = [
                    {"type": "tool_result", "tool_use_id": call.id, "content": get_weather(**call.input)} for call in calls
                ]
                more = [{"role": "assistant", "content": called.content}, {"role": "user", "content": results}]
                answered = final(bench, {**request, "messages": [*request["messages"], *more]}, streamed)
                assert answered.stop_reason == "end_turn"
                assert_weather(text_of(answered), cities)

        return run

    def structured(bench: Bench) -> None:
        message = messages(bench).parse(**ask(PERSON), output_format=Person)
        assert_person(message.parsed_output)
        bench.was_sent_schema()

    def vision(bench: Bench) -> None:
        source = {"type": "base64", "media_type": "image/png", "data": PIXEL}
        content = [{"type": "image", "source": source}, {"type": "text", "text": PICTURE}]
        assert text_of(messages(bench).create(**ask(content, vision_model)))
        bench.saw_picture()

    def reasoning(bench: Bench) -> None:
        request = {**ask(QUESTION), "thinking": {"type": "enabled", "budget_tokens": 1024}}
        whole, streamed = (final(bench, request, each) for each in (False, True))
        assert_thought(thought_of(whole), text_of(whole))
        assert_thought(thought_of(streamed), text_of(streamed))
        assert thought_of(streamed) == thought_of(whole)
        bench.was_asked_to_think()

    def error(bench: Bench) -> None:
        unknown = failure_of(lambda: messages(bench).create(**ask("Hello", f"{upstream}/{UNKNOWN_MODEL}")))
        assert isinstance(unknown, anthropic.NotFoundError), repr(unknown)
        assert unknown.body["error"]["type"] == "not_found_error"
        assert UNKNOWN_MODEL in unknown.message
        assert unknown.request_id
        bad = failure_of(lambda: messages(bench).create(**{**ask("Hello"), "max_tokens": -1}))
        assert isinstance(bad, anthropic.BadRequestError), repr(bad)
        assert bad.body["error"]["type"] == "invalid_request_error"
        assert "max_tokens" in bad.message

    def abort(bench: Bench) -> None:
        with bench.aborting(), messages(bench).stream(**ask(STORY)) as events:
            next(iter(events.text_stream))

    def count_tokens(bench: Bench) -> None:
        def count(content: str) -> int:
            given = ask(content)
            del given["max_tokens"]
            return messages(bench).count_tokens(**given).input_tokens

        assert_counts(count("Hello"), count(LONG))

    def plain_and_sample(bench: Bench) -> None:
        plain(bench)
        if sample:
            sample(bench)

    return Client(
        name="anthropic",
        package="anthropic",
        base=BASE,
        upstream=upstream,
        scenarios={
            "plain": plain_and_sample,
            "stream": stream,
            "tools": tools(ONE_CITY, "Paris"),
            "parallelTools": tools(TWO_CITIES, "Paris", "Rome"),
            "structured": structured,
            "vision": vision,
            "reasoning": reasoning,
            "error": error,
            "abort": abort,
            "countTokens": count_tokens,
            "embeddings": NotApplicable("Anthropic’s API has none"),
        },
    )


# Models of Cerebras by conversion, and Anthropic's own by relay.
CLIENTS = [
    client_of("cerebras", ANTHROPIC_MODEL, ANTHROPIC_VISION, guide_sample),
    client_of("anthropic", "anthropic/claude-sonnet-4-5", "anthropic/claude-sonnet-4-5"),
]
