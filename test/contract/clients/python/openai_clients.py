"""OpenAI's SDK over Chat Completions, at the base of LiteLLM's users, and over Responses."""

from __future__ import annotations

import json
from collections.abc import Callable

import openai
from openai import OpenAI

from subject import (
    ANSWER,
    API_KEY,
    BAD_TEMPERATURE,
    LONG,
    ONE_CITY,
    OPENAI_MODEL,
    OPENAI_VISION,
    PERSON,
    PICTURE,
    PIXEL_URL,
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
    assert_counts,
    assert_person,
    assert_pieces,
    assert_thought,
    assert_usage,
    assert_weather,
    failure_of,
    get_weather,
)

CHAT_BASE = "/litellm"
RESPONSES_BASE = "/openai/v1"


def client(bench: Bench, base: str) -> OpenAI:
    return OpenAI(base_url=bench.origin + base, api_key=API_KEY, max_retries=0)


def chat(bench: Bench):
    return client(bench, CHAT_BASE).chat.completions


def responses(bench: Bench):
    return client(bench, RESPONSES_BASE).responses


def user(content: object) -> list[dict[str, object]]:
    return [{"role": "user", "content": content}]


def chat_plain(bench: Bench) -> None:
    completion = chat(bench).create(model=OPENAI_MODEL, messages=user(QUESTION))
    assert completion.choices[0].message.content == ANSWER
    assert completion.choices[0].finish_reason == "stop"
    assert completion.model == OPENAI_MODEL
    usage = completion.usage
    assert_usage(usage.prompt_tokens, usage.completion_tokens, usage.total_tokens)


def chat_stream(bench: Bench) -> None:
    pieces: list[str] = []
    with chat(bench).stream(
        model=OPENAI_MODEL, messages=user(STORY), stream_options={"include_usage": True}
    ) as stream:
        for event in stream:
            if event.type == "content.delta":
                pieces.append(event.delta)
        completion = stream.get_final_completion()
    assert_pieces(pieces, completion.choices[0].message.content)
    usage = completion.usage
    assert_usage(usage.prompt_tokens, usage.completion_tokens, usage.total_tokens)


def chat_tools(question: str, *cities: str) -> Callable[[Bench], None]:
    tools = [{"type": "function", "function": {**WEATHER_TOOL, "parameters": WEATHER_PARAMETERS, "strict": True}}]

    def turn(bench: Bench, messages: list, streamed: bool):
        request = {"model": OPENAI_MODEL, "messages": messages, "tools": tools}
        if not streamed:
            return chat(bench).create(**request).choices[0].message
        with chat(bench).stream(**request) as stream:
            return stream.get_final_completion().choices[0].message

    def run(bench: Bench) -> None:
        for streamed in (False, True):
            called = turn(bench, user(question), streamed)
            arguments = [json.loads(call.function.arguments) for call in called.tool_calls]
            assert arguments == [{"city": city} for city in cities]
            results = [
                {"role": "tool", "tool_call_id": call.id, "content": get_weather(**json.loads(call.function.arguments))}
                for call in called.tool_calls
            ]
            answered = turn(bench, [*user(question), called, *results], streamed)
            assert_weather(answered.content, cities)

    return run


def chat_structured(bench: Bench) -> None:
    completion = chat(bench).parse(model=OPENAI_MODEL, messages=user(PERSON), response_format=Person)
    assert_person(completion.choices[0].message.parsed)
    bench.was_sent_schema()


def chat_vision(bench: Bench) -> None:
    content = [{"type": "text", "text": PICTURE}, {"type": "image_url", "image_url": {"url": PIXEL_URL}}]
    completion = chat(bench).create(model=OPENAI_VISION, messages=user(content))
    assert completion.choices[0].message.content
    bench.saw_picture()


def chat_reasoning(bench: Bench) -> None:
    completion = chat(bench).create(model=OPENAI_MODEL, messages=user(QUESTION), reasoning_effort="low")
    message = completion.choices[0].message
    # The SDK's types have no name for what chat models of other vendors think.
    assert_thought(message.model_extra["reasoning"], message.content)
    assert completion.usage.completion_tokens_details.reasoning_tokens
    bench.was_asked_to_think()


def assert_errors(call: Callable[..., object]) -> None:
    unknown = failure_of(lambda: call(model=UNKNOWN_MODEL))
    assert isinstance(unknown, openai.NotFoundError), repr(unknown)
    assert unknown.code == "model_not_found"
    assert UNKNOWN_MODEL in unknown.message
    assert unknown.request_id
    bad = failure_of(lambda: call(model=OPENAI_MODEL, temperature=BAD_TEMPERATURE))
    assert isinstance(bad, openai.BadRequestError), repr(bad)
    assert bad.param == "temperature"
    assert "temperature" in bad.message


def chat_error(bench: Bench) -> None:
    assert_errors(lambda **extra: chat(bench).create(messages=user("Hello"), **extra))


def chat_abort(bench: Bench) -> None:
    with bench.aborting():
        stream = chat(bench).create(model=OPENAI_MODEL, messages=user(STORY), stream=True)
        for chunk in stream:
            if chunk.choices and chunk.choices[0].delta.content:
                stream.close()
                break


def responses_plain(bench: Bench) -> None:
    response = responses(bench).create(model=OPENAI_MODEL, input=QUESTION)
    assert response.output_text == ANSWER
    assert response.status == "completed"
    assert response.model == OPENAI_MODEL
    usage = response.usage
    assert_usage(usage.input_tokens, usage.output_tokens, usage.total_tokens)


def responses_stream(bench: Bench) -> None:
    pieces: list[str] = []
    with responses(bench).stream(model=OPENAI_MODEL, input=STORY) as stream:
        for event in stream:
            if event.type == "response.output_text.delta":
                pieces.append(event.delta)
        response = stream.get_final_response()
    assert_pieces(pieces, response.output_text)
    assert_usage(response.usage.input_tokens, response.usage.output_tokens, response.usage.total_tokens)


def responses_tools(question: str, *cities: str) -> Callable[[Bench], None]:
    tools = [{"type": "function", **WEATHER_TOOL, "parameters": WEATHER_PARAMETERS, "strict": True}]

    def turn(bench: Bench, given: list, streamed: bool):
        request = {"model": OPENAI_MODEL, "input": given, "tools": tools}
        if not streamed:
            return responses(bench).create(**request)
        with responses(bench).stream(**request) as stream:
            return stream.get_final_response()

    def run(bench: Bench) -> None:
        for streamed in (False, True):
            called = turn(bench, user(question), streamed)
            calls = [item for item in called.output if item.type == "function_call"]
            assert [json.loads(call.arguments) for call in calls] == [{"city": city} for city in cities]
            results = [
                {
                    "type": "function_call_output",
                    "call_id": call.call_id,
                    "output": get_weather(**json.loads(call.arguments)),
                }
                for call in calls
            ]
            # What the SDK parsed for itself is not part of the API's items.
            items = [item.model_dump(exclude={"parsed_arguments"}, exclude_none=True) for item in called.output]
            answered = turn(bench, [*user(question), *items, *results], streamed)
            assert_weather(answered.output_text, cities)

    return run


def responses_structured(bench: Bench) -> None:
    response = responses(bench).parse(model=OPENAI_MODEL, input=PERSON, text_format=Person)
    assert_person(response.output_parsed)
    bench.was_sent_schema()


def responses_vision(bench: Bench) -> None:
    content = [{"type": "input_text", "text": PICTURE}, {"type": "input_image", "image_url": PIXEL_URL}]
    assert responses(bench).create(model=OPENAI_VISION, input=user(content)).output_text
    bench.saw_picture()


def responses_reasoning(bench: Bench) -> None:
    response = responses(bench).create(
        model=OPENAI_MODEL, input=QUESTION, reasoning={"effort": "low", "summary": "auto"}
    )
    [reasoning] = [item for item in response.output if item.type == "reasoning"]
    assert_thought(reasoning.summary[0].text, response.output_text)
    assert response.usage.output_tokens_details.reasoning_tokens
    bench.was_asked_to_think()


def responses_error(bench: Bench) -> None:
    assert_errors(lambda **extra: responses(bench).create(input="Hello", **extra))


def responses_abort(bench: Bench) -> None:
    with bench.aborting():
        stream = responses(bench).create(model=OPENAI_MODEL, input=STORY, stream=True)
        for event in stream:
            if event.type == "response.output_text.delta":
                stream.close()
                break


def responses_count_tokens(bench: Bench) -> None:
    def count(given: str) -> int:
        return responses(bench).input_tokens.count(model=OPENAI_MODEL, input=given).input_tokens

    assert_counts(count("Hello"), count(LONG))


CLIENTS = [
    Client(
        name="openai, Chat Completions",
        package="openai",
        base=CHAT_BASE,
        scenarios={
            "plain": chat_plain,
            "stream": chat_stream,
            "tools": chat_tools(ONE_CITY, "Paris"),
            "parallelTools": chat_tools(TWO_CITIES, "Paris", "Rome"),
            "structured": chat_structured,
            "vision": chat_vision,
            "reasoning": chat_reasoning,
            "error": chat_error,
            "abort": chat_abort,
            "countTokens": NotApplicable("OpenAI’s chat API has no such call"),
            "embeddings": NotApplicable("no upstream of this matrix has embeddings yet"),
        },
    ),
    Client(
        name="openai, Responses",
        package="openai",
        base=RESPONSES_BASE,
        scenarios={
            "plain": responses_plain,
            "stream": responses_stream,
            "tools": responses_tools(ONE_CITY, "Paris"),
            "parallelTools": responses_tools(TWO_CITIES, "Paris", "Rome"),
            "structured": responses_structured,
            "vision": responses_vision,
            "reasoning": responses_reasoning,
            "error": responses_error,
            "abort": responses_abort,
            "countTokens": responses_count_tokens,
            "embeddings": NotApplicable("the SDK’s embeddings are in the row above"),
        },
    ),
]
