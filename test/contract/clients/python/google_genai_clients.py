"""Google's SDK for Gemini."""

from __future__ import annotations

from collections.abc import Callable

from google import genai
from google.genai import types
from google.genai.errors import ClientError

from subject import (
    ANSWER,
    API_KEY,
    BAD_TEMPERATURE,
    GEMINI_MODEL,
    GEMINI_VISION,
    LONG,
    ONE_CITY,
    PERSON,
    PICTURE,
    PIXEL_BYTES,
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

BASE = "/genai"
TOOL = types.Tool(
    function_declarations=[types.FunctionDeclaration(**WEATHER_TOOL, parameters_json_schema=WEATHER_PARAMETERS)]
)


def client(bench: Bench) -> genai.Client:
    return genai.Client(api_key=API_KEY, http_options=types.HttpOptions(base_url=bench.origin + BASE))


def assert_usage_of(answer) -> None:
    usage = answer.usage_metadata
    output = (usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0)
    assert_usage(usage.prompt_token_count, output, usage.total_token_count)


def parts_of(answers: list) -> list:
    return [
        part
        for answer in answers
        for part in (answer.candidates[0].content and answer.candidates[0].content.parts) or []
    ]


def text_of(parts: list) -> str:
    return "".join(part.text or "" for part in parts if not part.thought)


def client_of(upstream: str, text_model: str, vision_model: str) -> Client:
    def generate(bench: Bench, contents: object, *, model: str = text_model, **config: object):
        # The client is kept until the answer is there: it closes its connections when it goes.
        api = client(bench)
        return api.models.generate_content(
            model=model, contents=contents, config=types.GenerateContentConfig(**config) if config else None
        )

    def stream_of(bench: Bench, contents: object, **config: object) -> list:
        api = client(bench)
        return list(
            api.models.generate_content_stream(
                model=text_model, contents=contents, config=types.GenerateContentConfig(**config) if config else None
            )
        )

    def plain(bench: Bench) -> None:
        answer = generate(bench, QUESTION, system_instruction="Be brief.")
        assert answer.text == ANSWER
        assert answer.candidates[0].finish_reason == types.FinishReason.STOP
        assert_usage_of(answer)

    def stream(bench: Bench) -> None:
        chunks = stream_of(bench, STORY)
        assert_pieces([chunk.text or "" for chunk in chunks], generate(bench, STORY).text)
        assert chunks[-1].candidates[0].finish_reason == types.FinishReason.STOP
        assert_usage_of(chunks[-1])

    def tools(question: str, *cities: str) -> Callable[[Bench], None]:
        def run(bench: Bench) -> None:
            # The SDK's own loop calls the function and sends its result.
            called: list[str] = []

            def weather(city: str) -> str:
                """The weather of a city."""
                called.append(city)
                return get_weather(city)

            assert_weather(generate(bench, question, tools=[weather]).text, cities)
            assert called == list(cities), called

            asked = types.Content(role="user", parts=[types.Part(text=question)])
            parts = parts_of(stream_of(bench, [asked], tools=[TOOL]))
            calls = [part.function_call for part in parts if part.function_call]
            assert [call.args for call in calls] == [{"city": city} for city in cities]
            results = [
                types.Part(
                    function_response=types.FunctionResponse(
                        id=call.id, name=call.name, response={"output": get_weather(**call.args)}
                    )
                )
                for call in calls
            ]
            history = [asked, types.Content(role="model", parts=parts), types.Content(role="user", parts=results)]
            assert_weather(text_of(parts_of(stream_of(bench, history, tools=[TOOL]))), cities)

        return run

    def structured(bench: Bench) -> None:
        answer = generate(bench, PERSON, response_mime_type="application/json", response_schema=Person)
        assert_person(answer.parsed)
        bench.was_sent_schema()

    def vision(bench: Bench) -> None:
        picture = types.Part.from_bytes(data=PIXEL_BYTES, mime_type="image/png")
        assert generate(bench, [PICTURE, picture], model=vision_model).text
        bench.saw_picture()

    def reasoning(bench: Bench) -> None:
        config = {"thinking_config": types.ThinkingConfig(include_thoughts=True, thinking_budget=1024)}
        for answers in ([generate(bench, QUESTION, **config)], stream_of(bench, QUESTION, **config)):
            parts = parts_of(answers)
            assert_thought("".join(part.text for part in parts if part.thought), text_of(parts))
            assert answers[-1].usage_metadata.thoughts_token_count
            bench.was_asked_to_think()

    def error(bench: Bench) -> None:
        unknown = failure_of(lambda: generate(bench, "Hello", model=f"{upstream}/{UNKNOWN_MODEL}"))
        assert isinstance(unknown, ClientError), repr(unknown)
        assert (unknown.code, unknown.status) == (404, "NOT_FOUND")
        assert UNKNOWN_MODEL in unknown.message
        bad = failure_of(lambda: generate(bench, "Hello", temperature=BAD_TEMPERATURE))
        assert isinstance(bad, ClientError), repr(bad)
        assert (bad.code, bad.status) == (400, "INVALID_ARGUMENT")
        assert "temperature" in bad.message

    def abort(bench: Bench) -> None:
        with bench.aborting():
            api = client(bench)
            chunks = api.models.generate_content_stream(model=text_model, contents=STORY)
            next(chunk for chunk in chunks if chunk.text)
            chunks.close()

    def count_tokens(bench: Bench) -> None:
        def count(contents: str) -> int:
            api = client(bench)
            return api.models.count_tokens(model=text_model, contents=contents).total_tokens

        assert_counts(count("Hello"), count(LONG))

    return Client(
        name="google-genai",
        package="google-genai",
        base=BASE,
        upstream=upstream,
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
            "countTokens": count_tokens,
            "embeddings": NotApplicable("the gateway’s Gemini dialect has no embeddings"),
        },
    )


# Models of Cerebras by conversion, and Google's own by relay.
CLIENTS = [
    client_of("cerebras", GEMINI_MODEL, GEMINI_VISION),
    client_of("gemini", "gemini/gemini-2.5-flash", "gemini/gemini-2.5-pro"),
]
