"""LangChain for Python against the gateway, over chat completions and over Responses."""

import pytest
from langchain_core.messages import HumanMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI

from support import API_KEY, PLAIN_MODEL, REASONING_MODEL, Person


@tool
def get_weather(city: str) -> str:
    """The weather of a city."""
    return f"{city}: 18 degrees, sunny"


@pytest.fixture(params=[False, True], ids=["chat", "responses"])
def make(stack, request):
    def model(name: str) -> ChatOpenAI:
        return ChatOpenAI(
            model=name,
            api_key=API_KEY,
            base_url=stack.v1,
            max_retries=0,
            stream_usage=True,
            use_responses_api=request.param,
        )

    return model


def test_invokes(make):
    message = make(PLAIN_MODEL).invoke("Hello")
    assert message.text
    assert message.usage_metadata["total_tokens"] > 0


def test_streams_the_same_text(make):
    whole = make(PLAIN_MODEL).invoke("Hello")
    chunks = list(make(PLAIN_MODEL).stream("Hello"))
    message = sum(chunks[1:], chunks[0])
    assert message.text == whole.text
    assert message.usage_metadata["input_tokens"] == whole.usage_metadata["input_tokens"]


def test_calls_a_tool_and_answers_its_result(make):
    bound = make(REASONING_MODEL).bind_tools([get_weather])
    question = HumanMessage("What is the weather in Paris and in Rome?")
    called = bound.invoke([question])
    assert [call["args"] for call in called.tool_calls] == [{"city": "Paris"}, {"city": "Rome"}]
    results = [get_weather.invoke(call) for call in called.tool_calls]
    assert bound.invoke([question, called, *results]).text


def test_gets_a_structured_output(make):
    person = make(PLAIN_MODEL).with_structured_output(Person).invoke("Who is Ada?")
    assert isinstance(person, Person)
