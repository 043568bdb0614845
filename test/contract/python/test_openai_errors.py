"""How the OpenAI SDK for Python types what goes wrong behind the gateway."""

import time

import openai
import pytest
from openai import OpenAI

from support import API_KEY, PLAIN_MODEL

CHAT = "/v1/chat/completions"
HELLO = [{"role": "user", "content": "Hello"}]
# Its answer is longer than the frames after which a fault strikes.
STORY = "Tell me a long story about the sea."
# An upstream request must be closed this soon after its caller has gone.
ABORT_SECONDS = 1.0


@pytest.fixture
def client(stack):
    with OpenAI(api_key=API_KEY, base_url=stack.v1, max_retries=0) as client:
        yield client


def test_a_rate_limit_is_kept_by_the_client(stack, client):
    stack.fault({"kind": "rate-limit", "quota": "requests", "retryAfter": 1, "times": "always"})
    started = time.monotonic()
    with pytest.raises(openai.RateLimitError) as limited:
        client.with_options(max_retries=1).chat.completions.create(model=PLAIN_MODEL, messages=HELLO)
    assert time.monotonic() - started >= 1
    assert limited.value.code == "rate_limit_exceeded"
    assert limited.value.response.headers["retry-after"] == "1"


def test_short_money_is_told_once(stack, client):
    stack.fault({"kind": "status", "status": 402, "times": "always"})
    with pytest.raises(openai.RateLimitError) as refused:
        client.with_options(max_retries=2).chat.completions.create(model=PLAIN_MODEL, messages=HELLO)
    assert refused.value.code == "insufficient_quota"
    assert refused.value.response.request.headers["x-stainless-retry-count"] == "0"


def test_an_error_page_of_the_edge_is_a_server_error(stack, client):
    stack.fault({"kind": "html", "status": 502, "times": "always"})
    with pytest.raises(openai.InternalServerError) as failed:
        client.chat.completions.create(model=PLAIN_MODEL, messages=HELLO)
    assert "<" not in failed.value.message


def test_an_error_in_the_middle_of_a_stream_is_thrown_after_the_words_before_it(stack, client):
    stack.fault({"kind": "stream-error", "afterFrames": 4, "error": {"message": "The wafer is on fire"}})
    words: list[str] = []
    with pytest.raises(openai.APIError, match="The wafer is on fire"):
        for chunk in client.chat.completions.create(model=PLAIN_MODEL, messages=_story(), stream=True):
            words.append(chunk.choices[0].delta.content or "")
    assert "".join(words)


def test_an_error_in_the_middle_of_a_response_ends_it_as_failed(stack, client):
    stack.fault({"kind": "cut", "afterFrames": 4, "how": "reset"})
    events = list(client.responses.create(model=PLAIN_MODEL, input=STORY, stream=True))
    assert events[-1].type == "response.failed"
    assert events[-1].response.error.code == "server_error"
    assert events[-1].response.output[0].content[0].text


def test_a_caller_who_goes_ends_the_upstream_request(stack, client):
    stack.fault({"kind": "stall", "afterFrames": 4})
    stream = client.chat.completions.create(model=PLAIN_MODEL, messages=_story(), stream=True)
    next(iter(stream))
    stream.close()
    deadline = time.monotonic() + ABORT_SECONDS
    while not any(request["aborted"] for request in stack.requests(CHAT)):
        assert time.monotonic() < deadline, "the upstream request is still open"
        time.sleep(0.01)


def _story():
    return [{"role": "user", "content": STORY}]
