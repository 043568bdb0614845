"""What is asked in each scenario, and what the answer must hold. The Node clients ask the same (node/subject.ts)."""

from __future__ import annotations

import base64
import json
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

# Names that the SDKs' users write; asbru.yaml of the matrix leads them to Cerebras' models.
OPENAI_MODEL, OPENAI_VISION = "gpt-5", "gpt-4o"
ANTHROPIC_MODEL, ANTHROPIC_VISION = "claude-sonnet-4-5", "claude-opus-4-1"
GEMINI_MODEL, GEMINI_VISION = "gemini-2.5-flash", "gemini-2.5-pro"
# Cerebras has no embeddings: these come from another provider.
EMBEDDING_MODEL = "openai/text-embedding-3-small"
EMBEDDING_LENGTH = 1536
TEXTS = ["The sea is blue.", "Bread is baked."]
UNKNOWN_MODEL = "no-such-model"
# The gateway is open: any key will do, and none may reach the upstream.
API_KEY = "sk-test"

QUESTION = "What is the capital of France?"
ANSWER = "The capital of France is Paris."
# Its answer has many pieces.
STORY = "Tell me a long story about the sea."
ONE_CITY = "What is the weather in Paris?"
TWO_CITIES = "What is the weather in Paris and in Rome?"
PERSON = "Fill in the record of Ada, who is 36."
PICTURE = "What is in this picture?"
# Two hundred words.
LONG = "Hello " * 200
# No API takes it.
BAD_TEMPERATURE = 9
# More than Cerebras takes.
MANY_STOPS = ["1", "2", "3", "4", "5", "6"]

WEATHER_TOOL = {"name": "get_weather", "description": "The weather of a city"}
WEATHER_PARAMETERS = {
    "type": "object",
    "properties": {"city": {"type": "string", "description": "Name of the city"}},
    "required": ["city"],
    "additionalProperties": False,
}
# A PNG of one red pixel.
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4z8AAAAMBAQD3A0FDAAAAAElFTkSuQmCC"
)
PIXEL_URL = f"data:image/png;base64,{PIXEL}"
PIXEL_BYTES = base64.b64decode(PIXEL)

ABORT_SECONDS = 3.0
# Of a story's frames, more than the thoughts before it and fewer than all: the client has text, and no end.
STALL_FRAMES = 12


class Person(BaseModel):
    """A person."""

    name: str
    age: int


def get_weather(city: str) -> str:
    """The weather of a city."""
    # No model would come up with this text: an answer with it has read it.
    return f"{city}: {len(city) * 1111} degrees"


class Bench:
    """The gateway without a path, and the upstream behind it, to look into."""

    def __init__(self, origin: str, vendors: str, upstream: str, sandbox: str) -> None:
        self.origin = origin
        # The gateway in front of the vendors' own models: Cerebras has no embeddings.
        self.vendors = vendors
        self.upstream = upstream
        self._control = f"{sandbox}/__sandbox"

    def reset(self) -> None:
        self._call("DELETE", "faults")
        self._call("DELETE", "requests")

    def requests(self) -> list[dict[str, Any]]:
        """What clients asked for: the gateway looks at the list of models by itself, whenever that is due."""
        return [each for each in self._call("GET", "requests") if each["method"] == "POST"]

    def last_body(self) -> dict[str, Any]:
        requests = self.requests()
        assert requests, "nothing reached the upstream"
        return requests[-1]["body"]

    def saw_picture(self) -> None:
        """The upstream was given the very bytes of the picture."""
        assert PIXEL in json.dumps(self.last_body()), "the picture did not reach the upstream"

    def was_sent_schema(self) -> None:
        assert '"age"' in json.dumps(self.last_body()), "the schema did not reach the upstream"

    def was_asked_to_think(self) -> None:
        """In the words of the upstream's API: a little, where that can be said."""
        body = self.last_body()
        if self.upstream == "anthropic":
            assert body["thinking"]["type"] == "enabled"
        elif self.upstream == "gemini":
            assert body["generationConfig"]["thinkingConfig"]
        else:
            assert body.get("reasoning_effort") == "low"

    @contextmanager
    def aborting(self) -> Iterator[None]:
        """The upstream stalls in the middle of a stream; the gateway must give it up once the client is gone."""
        self._call("POST", "faults", [{"kind": "stall", "afterFrames": STALL_FRAMES}])
        yield
        deadline = time.monotonic() + ABORT_SECONDS
        while not any(request["aborted"] for request in self.requests()):
            assert time.monotonic() < deadline, "the upstream request was not aborted"
            time.sleep(0.01)

    def _call(self, method: str, what: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self._control}/{what}", data=data, method=method, headers={"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
        return json.loads(text) if text else None


@dataclass(frozen=True)
class NotApplicable:
    """Why a scenario means nothing for a client."""

    reason: str


Run = Callable[[Bench], None]


@dataclass(frozen=True)
class Client:
    """One SDK, set up as its users do it, with nothing but the base URL and the key changed."""

    name: str
    # The package whose version the table names.
    package: str
    base: str
    # Each scenario runs or says why it does not.
    scenarios: dict[str, Run | NotApplicable]
    # Whose API the upstream of the client's models speaks; the gateway has a provider of that name.
    upstream: str = "cerebras"


def assert_weather(text: str | None, cities: Iterable[str]) -> None:
    """The answer names the result of the tool for each city."""
    for city in cities:
        assert get_weather(city) in (text or ""), f"no {get_weather(city)!r} in {text!r}"


def assert_pieces(pieces: Iterable[str], whole: str) -> None:
    """Pieces of a story that add up to the whole."""
    pieces = [piece for piece in pieces if piece]
    assert "overview" in whole, f"no story: {whole!r}"
    assert "".join(pieces) == whole, f"{''.join(pieces)!r} is not {whole!r}"
    assert len(pieces) > 5, f"the text came in {len(pieces)} pieces"


def assert_usage(input_tokens: int | None, output_tokens: int | None, total: int | None = None) -> None:
    assert input_tokens, f"input tokens: {input_tokens}"
    assert output_tokens, f"output tokens: {output_tokens}"
    assert total is None or total == input_tokens + output_tokens


def assert_thought(thought: str | None, answer: str | None) -> None:
    """A thought of the model, apart from its answer."""
    assert (thought or "").startswith("We need to answer about "), f"no thought: {thought!r}"
    assert answer == ANSWER, answer


def assert_counts(short: int, long: int) -> None:
    """A count that grows with the prompt: from one word to two hundred."""
    assert 0 < short < long - 100, f"{long} tokens after {short}"


def assert_person(person: object) -> None:
    assert person == Person(name="Ada", age=36), person


def assert_vectors(vectors: list[list[float]]) -> None:
    """A vector for each of the texts, as long as the model's are, and no two alike."""
    assert [len(vector) for vector in vectors] == [EMBEDDING_LENGTH for _ in TEXTS]
    assert all(isinstance(value, float) for vector in vectors for value in vector)
    assert vectors[0] != vectors[1]


def failure_of(call: Callable[[], object]) -> Exception:
    """What a call fails with."""
    try:
        answer = call()
    except Exception as failure:  # noqa: BLE001 - the caller asserts on its type
        return failure
    raise AssertionError(f"the call should have failed, and answered {answer!r}")
