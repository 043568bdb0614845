"""The OpenAI SDK for Python against the gateway."""

import json

import openai
import pytest
from openai import OpenAI

from support import API_KEY, PLAIN_MODEL, REASONING_MODEL, UNKNOWN_MODEL, VISION_MODEL, WEATHER_PARAMETERS, Person

HELLO = [{"role": "user", "content": "Hello"}]
ASK_WEATHER = [{"role": "user", "content": "What is the weather in Paris and in Rome?"}]
CHAT_TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather of a city",
        "parameters": WEATHER_PARAMETERS,
        "strict": True,
    },
}
RESPONSES_TOOL = {"type": "function", **CHAT_TOOL["function"]}


@pytest.fixture
def client(stack):
    with OpenAI(api_key=API_KEY, base_url=stack.v1, max_retries=0) as client:
        yield client


def test_lists_and_retrieves_models(client):
    ids = [model.id for model in client.models.list()]
    assert {REASONING_MODEL, PLAIN_MODEL, VISION_MODEL} <= set(ids)
    assert client.models.retrieve(REASONING_MODEL).id == REASONING_MODEL


def test_gets_a_whole_answer(client):
    completion = client.chat.completions.create(model=PLAIN_MODEL, messages=HELLO)
    assert completion.choices[0].finish_reason == "stop"
    assert completion.choices[0].message.content
    assert completion.usage.total_tokens == completion.usage.prompt_tokens + completion.usage.completion_tokens
    assert completion._request_id


def test_sees_reasoning_under_both_names(client):
    message = client.chat.completions.create(model=REASONING_MODEL, messages=HELLO).choices[0].message
    assert message.reasoning
    assert message.reasoning_content == message.reasoning


def test_streams_the_same_text(client):
    whole = client.chat.completions.create(model=PLAIN_MODEL, messages=HELLO)
    chunks = list(client.chat.completions.create(model=PLAIN_MODEL, messages=HELLO, stream=True))
    assert chunks[0].choices[0].delta.role == "assistant"
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert text == whole.choices[0].message.content
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices[0].finish_reason] == ["stop"]


def test_streams_usage_that_it_asks_for(client):
    chunks = list(
        client.chat.completions.create(
            model=PLAIN_MODEL, messages=HELLO, stream=True, stream_options={"include_usage": True}
        )
    )
    assert chunks[-1].choices == []
    assert chunks[-1].usage.total_tokens > 0
    assert all(chunk.usage is None for chunk in chunks[:-1])


def test_accumulates_a_stream(client):
    with client.chat.completions.stream(model=PLAIN_MODEL, messages=HELLO) as stream:
        deltas = [event.delta for event in stream if event.type == "content.delta"]
        completion = stream.get_final_completion()
    assert completion.choices[0].message.content == "".join(deltas)
    assert len(deltas) > 1


def test_parses_a_structured_answer(client):
    completion = client.chat.completions.parse(
        model=PLAIN_MODEL, messages=[{"role": "user", "content": "Who is Ada?"}], response_format=Person
    )
    assert isinstance(completion.choices[0].message.parsed, Person)


def test_gets_tool_calls_and_answers_them(client):
    message = client.chat.completions.create(model=REASONING_MODEL, messages=ASK_WEATHER, tools=[CHAT_TOOL]).choices[0].message
    assert [json.loads(call.function.arguments) for call in message.tool_calls] == [{"city": "Paris"}, {"city": "Rome"}]
    results = [{"role": "tool", "tool_call_id": call.id, "content": "18 degrees, sunny"} for call in message.tool_calls]
    # The message goes back as the SDK gave it: refusal, reasoning_content and all.
    history = [*ASK_WEATHER, message.model_dump(), *results]
    answered = client.chat.completions.create(model=REASONING_MODEL, messages=history, tools=[CHAT_TOOL])
    assert answered.choices[0].message.content


def test_streams_tool_calls(client):
    with client.chat.completions.stream(model=PLAIN_MODEL, messages=ASK_WEATHER, tools=[CHAT_TOOL]) as stream:
        completion = stream.get_final_completion()
    call = completion.choices[0].message.tool_calls[0]
    assert completion.choices[0].finish_reason == "tool_calls"
    assert call.id
    assert "city" in json.loads(call.function.arguments)


def test_gets_text_completions(client):
    prompt = "The capital of France is"
    whole = client.completions.create(model=PLAIN_MODEL, prompt=prompt)
    chunks = client.completions.create(model=PLAIN_MODEL, prompt=prompt, stream=True)
    assert whole.choices[0].text
    assert "".join(chunk.choices[0].text for chunk in chunks) == whole.choices[0].text


def test_gets_a_response(client):
    response = client.responses.create(model=REASONING_MODEL, instructions="Be brief.", input="Hello")
    assert response.status == "completed"
    assert [item.type for item in response.output] == ["reasoning", "message"]
    assert response.output_text
    assert response.usage.total_tokens == response.usage.input_tokens + response.usage.output_tokens


def test_streams_a_response(client):
    whole = client.responses.create(model=REASONING_MODEL, input="Hello")
    with client.responses.stream(model=REASONING_MODEL, input="Hello") as stream:
        events = list(stream)
        final = stream.get_final_response()
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert final.output_text == whole.output_text
    deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
    assert "".join(deltas) == whole.output_text


def test_parses_a_structured_response(client):
    response = client.responses.parse(model=PLAIN_MODEL, input="Who is Ada?", text_format=Person)
    assert isinstance(response.output_parsed, Person)


def test_gets_function_calls_and_answers_them(client):
    called = client.responses.create(model=REASONING_MODEL, input=ASK_WEATHER, tools=[RESPONSES_TOOL])
    calls = [item for item in called.output if item.type == "function_call"]
    assert [json.loads(call.arguments) for call in calls] == [{"city": "Paris"}, {"city": "Rome"}]
    outputs = [{"type": "function_call_output", "call_id": call.call_id, "output": "18 degrees, sunny"} for call in calls]
    answered = client.responses.create(
        model=REASONING_MODEL, input=[*ASK_WEATHER, *called.output, *outputs], tools=[RESPONSES_TOOL]
    )
    assert answered.output_text


def test_types_its_errors(client):
    with pytest.raises(openai.NotFoundError) as missing:
        client.chat.completions.create(model=UNKNOWN_MODEL, messages=HELLO)
    assert missing.value.code == "model_not_found"
    assert missing.value.param == "model"
    assert missing.value.request_id

    with pytest.raises(openai.BadRequestError) as empty:
        client.chat.completions.create(model=PLAIN_MODEL, messages=[])
    assert empty.value.param == "messages"
    assert empty.value.type == "invalid_request_error"


def test_is_told_that_there_are_no_embeddings(client):
    with pytest.raises(openai.BadRequestError) as refused:
        client.embeddings.create(model=PLAIN_MODEL, input="Hello")
    assert refused.value.type == "UnsupportedOperationError"
