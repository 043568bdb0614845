"""LangChain's chat models for the three dialects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import anthropic
import openai
from langchain_anthropic import ChatAnthropic
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage
from langchain_core.tools import tool
from langchain_google_genai import ChatGoogleGenerativeAI
from langchain_google_genai.chat_models import ChatGoogleGenerativeAIError, GoogleModelNotFoundError
from langchain_openai import ChatOpenAI

from subject import (
    ANSWER,
    ANTHROPIC_MODEL,
    ANTHROPIC_VISION,
    API_KEY,
    BAD_TEMPERATURE,
    GEMINI_MODEL,
    GEMINI_VISION,
    MANY_STOPS,
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
)
from subject import get_weather as weather_of

weather = tool("get_weather")(weather_of)


def openai_model(responses: bool) -> Callable[..., BaseChatModel]:
    def make(url: str, *, thinking: bool, **options: object) -> BaseChatModel:
        # Over Chat Completions, ChatOpenAI shows no thoughts: it keeps to what OpenAI's API has.
        effort = {"reasoning": {"effort": "low", "summary": "auto"}} if responses else {"reasoning_effort": "low"}
        return ChatOpenAI(
            base_url=url,
            api_key=API_KEY,
            max_retries=0,
            stream_usage=True,
            use_responses_api=responses,
            **options,
            **(effort if thinking else {}),
        )

    return make


def anthropic_model(url: str, *, thinking: bool, **options: object) -> BaseChatModel:
    thoughts = {"thinking": {"type": "enabled", "budget_tokens": 1024}} if thinking else {}
    return ChatAnthropic(base_url=url, api_key=API_KEY, max_retries=0, max_tokens=4096, **options, **thoughts)


def gemini_model(url: str, *, thinking: bool, **options: object) -> BaseChatModel:
    thoughts = {"include_thoughts": True, "thinking_budget": 1024} if thinking else {}
    return ChatGoogleGenerativeAI(base_url=url, google_api_key=API_KEY, max_retries=1, **options, **thoughts)


@dataclass(frozen=True)
class Family:
    name: str
    package: str
    base: str
    text: str
    vision: str
    make: Callable[..., BaseChatModel]
    errors: tuple[type[Exception], type[Exception]]
    embeddings: Run | NotApplicable
    # What the upstream takes for wrong, and the integration lets through.
    bad: tuple[str, object] = ("temperature", BAD_TEMPERATURE)
    shows_thoughts: bool = True


FAMILIES = [
    Family(
        "LangChain ChatOpenAI",
        "langchain-openai",
        "/langchain/v1",
        OPENAI_MODEL,
        OPENAI_VISION,
        openai_model(responses=False),
        (openai.NotFoundError, openai.BadRequestError),
        NotApplicable("no upstream of this matrix has embeddings yet"),
        shows_thoughts=False,
    ),
    Family(
        "LangChain ChatOpenAI, Responses",
        "langchain-openai",
        "/langchain/v1",
        OPENAI_MODEL,
        OPENAI_VISION,
        openai_model(responses=True),
        (openai.NotFoundError, openai.BadRequestError),
        NotApplicable("LangChain’s OpenAIEmbeddings are in the row above"),
    ),
    Family(
        "LangChain ChatAnthropic",
        "langchain-anthropic",
        "/anthropic",
        ANTHROPIC_MODEL,
        ANTHROPIC_VISION,
        anthropic_model,
        (anthropic.NotFoundError, anthropic.BadRequestError),
        NotApplicable("Anthropic’s API has none"),
    ),
    Family(
        "LangChain ChatGoogleGenerativeAI",
        "langchain-google-genai",
        "/genai",
        GEMINI_MODEL,
        GEMINI_VISION,
        gemini_model,
        (GoogleModelNotFoundError, ChatGoogleGenerativeAIError),
        NotApplicable("the gateway’s Gemini dialect has no embeddings"),
        bad=("stop", MANY_STOPS),
    ),
]


def thought_of(message) -> str:
    return "".join(block.get("reasoning", "") for block in message.content_blocks if block["type"] == "reasoning")


def joined(chunks: list):
    return sum(chunks[1:], chunks[0])


def assert_usage_of(message) -> None:
    usage = message.usage_metadata
    assert_usage(usage["input_tokens"], usage["output_tokens"], usage["total_tokens"])


def client_of(family: Family) -> Client:
    def make(bench: Bench, *, model: str = family.text, thinking: bool = False, **options: object) -> BaseChatModel:
        return family.make(bench.origin + family.base, model=model, thinking=thinking, **options)

    def plain(bench: Bench) -> None:
        message = make(bench).invoke(QUESTION)
        assert message.text == ANSWER
        assert_usage_of(message)

    def stream(bench: Bench) -> None:
        chunks = list(make(bench).stream(STORY))
        assert_pieces([chunk.text for chunk in chunks], make(bench).invoke(STORY).text)
        assert_usage_of(joined(chunks))

    def tools(question: str, *cities: str) -> Run:
        def run(bench: Bench) -> None:
            bound = make(bench).bind_tools([weather])
            asked = HumanMessage(question)
            for called in (bound.invoke([asked]), joined(list(bound.stream([asked])))):
                assert [call["args"] for call in called.tool_calls] == [{"city": city} for city in cities]
                results = [weather.invoke(call) for call in called.tool_calls]
                assert_weather(bound.invoke([asked, called, *results]).text, cities)

        return run

    def structured(bench: Bench) -> None:
        assert_person(make(bench).with_structured_output(Person).invoke(PERSON))
        bench.was_sent_schema()

    def vision(bench: Bench) -> None:
        content = [{"type": "text", "text": PICTURE}, {"type": "image_url", "image_url": {"url": PIXEL_URL}}]
        assert make(bench, model=family.vision).invoke([HumanMessage(content)]).text
        bench.saw_picture()

    def reasoning(bench: Bench) -> None:
        whole = make(bench, thinking=True).invoke(QUESTION)
        streamed = joined(list(make(bench, thinking=True).stream(QUESTION)))
        bench.was_asked_to_think()
        if family.shows_thoughts:
            assert_thought(thought_of(whole), whole.text)
            assert_thought(thought_of(streamed), streamed.text)
        else:
            assert streamed.text == whole.text == ANSWER
            assert whole.usage_metadata["output_token_details"]["reasoning"]

    def error(bench: Bench) -> None:
        not_found, bad_request = family.errors
        unknown = failure_of(lambda: make(bench, model=UNKNOWN_MODEL).invoke("Hello"))
        assert isinstance(unknown, not_found), repr(unknown)
        assert UNKNOWN_MODEL in str(unknown)
        name, value = family.bad
        bad = failure_of(lambda: make(bench, model=family.vision, **{name: value}).invoke("Hello"))
        assert isinstance(bad, bad_request), repr(bad)
        assert name in str(bad)

    def abort(bench: Bench) -> None:
        with bench.aborting():
            chunks = make(bench).stream(STORY)
            next(chunk for chunk in chunks if chunk.text)
            chunks.close()

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
            "countTokens": NotApplicable("LangChain counts tokens by itself"),
            "embeddings": family.embeddings,
        },
    )


CLIENTS = [client_of(family) for family in FAMILIES]
