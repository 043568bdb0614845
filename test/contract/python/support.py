"""What the Python tests share: models, a tool, and a structured output."""

from pydantic import BaseModel

REASONING_MODEL = "cerebras/gpt-oss-120b"
PLAIN_MODEL = "cerebras/llama-3.3-70b"
VISION_MODEL = "cerebras/qwen-3.8-27b"
UNKNOWN_MODEL = "cerebras/no-such-model"

# The gateway is open: any key will do, and none may reach the upstream.
API_KEY = "sk-test"

WEATHER_PARAMETERS = {
    "type": "object",
    "properties": {"city": {"type": "string", "description": "Name of the city"}},
    "required": ["city"],
    "additionalProperties": False,
}


class Person(BaseModel):
    name: str
    age: int
