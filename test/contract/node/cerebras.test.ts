import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Cerebras } from '@cerebras/cerebras_cloud_sdk';
import type {
  ChatCompletionCreateParams,
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionCreateParamsStreaming,
} from '@cerebras/cerebras_cloud_sdk/resources/chat/completions';
import { z } from 'zod';
import {
  API_KEY,
  Person,
  PLAIN_MODEL,
  REASONING_MODEL,
  UNKNOWN_MODEL,
  WEATHER_PARAMETERS,
} from '../support/fixtures.ts';
import { useStack } from '../support/stack.ts';

type Completion = Cerebras.Chat.ChatCompletion.ChatCompletionResponse;
type Chunk = Cerebras.Chat.ChatCompletion.ChatChunkResponse;

const stack = useStack();
/** Its base URL goes without `/v1`: the SDK's paths carry it. */
const cerebras = () =>
  new Cerebras({ apiKey: API_KEY, baseURL: stack.origin, maxRetries: 0, warmTCPConnection: false });
const hello = [{ role: 'user' as const, content: 'Hello' }];
const weatherTool = {
  type: 'function' as const,
  function: { name: 'get_weather', description: 'The weather of a city', parameters: WEATHER_PARAMETERS, strict: true },
};

describe('the Cerebras SDK', () => {
  it('lists and retrieves models', async () => {
    const { data } = await cerebras().models.list();
    assert.ok(data.some((model) => model.id === REASONING_MODEL));
    assert.equal((await cerebras().models.retrieve(REASONING_MODEL)).id, REASONING_MODEL);
  });

  it('gets a whole answer with reasoning', async () => {
    const completion = await chat({ model: REASONING_MODEL, messages: hello });
    assert.equal(completion.choices[0]?.finish_reason, 'stop');
    assert.ok(completion.choices[0]?.message.content);
    assert.ok(completion.choices[0]?.message.reasoning);
    assert.ok(completion.usage?.total_tokens);
  });

  it('warms its connection and then works', async () => {
    const warm = new Cerebras({ apiKey: API_KEY, baseURL: stack.origin, maxRetries: 0 });
    const completion = (await warm.chat.completions.create({ model: PLAIN_MODEL, messages: hello })) as Completion;
    assert.ok(completion.choices[0]?.message.content);
  });

  it('streams the same text, with usage that it never asks for', async () => {
    const whole = await chat({ model: REASONING_MODEL, messages: hello });
    const chunks = await streamed({ model: REASONING_MODEL, messages: hello });
    const deltas = chunks.map((chunk) => chunk.choices?.[0]?.delta);
    assert.equal(deltas.map((delta) => delta?.content ?? '').join(''), whole.choices[0]?.message.content);
    assert.equal(deltas.map((delta) => delta?.reasoning ?? '').join(''), whole.choices[0]?.message.reasoning);
    assert.equal(chunks.at(-1)?.choices?.[0]?.finish_reason, 'stop');
    assert.equal(chunks.at(-1)?.usage?.prompt_tokens, whole.usage?.prompt_tokens);
    assert.ok(chunks.every((chunk) => chunk.choices?.length === 1 && chunk.usage !== null));
  });

  it('gets parallel tool calls and an answer to their results', async () => {
    const question = [{ role: 'user' as const, content: 'What is the weather in Paris and in Rome?' }];
    const called = await chat({ model: REASONING_MODEL, messages: question, tools: [weatherTool] });
    // Types of answers are looser than those of requests, though the one goes back as the other.
    const message = called.choices[0]?.message as ChatCompletionCreateParams.AssistantMessageRequest;
    const calls = message.tool_calls ?? [];
    assert.equal(called.choices[0]?.finish_reason, 'tool_calls');
    assert.deepEqual(
      calls.map((call) => JSON.parse(call.function.arguments)),
      [{ city: 'Paris' }, { city: 'Rome' }],
    );
    const answered = await chat({
      model: REASONING_MODEL,
      messages: [
        ...question,
        {
          role: 'assistant',
          content: message.content ?? null,
          reasoning: message.reasoning ?? null,
          tool_calls: calls,
        },
        ...calls.map(({ id }) => ({ role: 'tool' as const, tool_call_id: id, content: '18 degrees, sunny' })),
      ],
      tools: [weatherTool],
    });
    assert.ok(answered.choices[0]?.message.content);
  });

  it('gets a structured answer', async () => {
    const completion = await chat({
      model: PLAIN_MODEL,
      messages: [{ role: 'user', content: 'Who is Ada?' }],
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'person', strict: true, schema: z.toJSONSchema(Person) },
      },
    });
    Person.parse(JSON.parse(completion.choices[0]?.message.content ?? ''));
  });

  it('gets text completions, whole and streamed', async () => {
    const body = { model: PLAIN_MODEL, prompt: 'The capital of France is' };
    const whole = (await cerebras().completions.create(body)) as { choices: { text?: string | null }[] };
    const stream = (await cerebras().completions.create({ ...body, stream: true })) as AsyncIterable<{
      choices: { text?: string | null }[];
    }>;
    const chunks = await Array.fromAsync(stream);
    assert.ok(whole.choices[0]?.text);
    assert.equal(chunks.map((chunk) => chunk.choices[0]?.text ?? '').join(''), whole.choices[0]?.text);
  });

  it('types its errors', async () => {
    await assert.rejects(chat({ model: UNKNOWN_MODEL, messages: hello }), Cerebras.NotFoundError);
    await assert.rejects(chat({ model: PLAIN_MODEL, messages: [] }), (error) => {
      assert.ok(error instanceof Cerebras.BadRequestError);
      assert.match(error.message, /messages/);
      return true;
    });
  });
});

async function chat(body: ChatCompletionCreateParamsNonStreaming): Promise<Completion> {
  return (await cerebras().chat.completions.create(body)) as Completion;
}

async function streamed(body: Omit<ChatCompletionCreateParamsStreaming, 'stream'>): Promise<Chunk[]> {
  return Array.fromAsync((await cerebras().chat.completions.create({ ...body, stream: true })) as AsyncIterable<Chunk>);
}
