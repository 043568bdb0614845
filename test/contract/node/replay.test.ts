import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Agent, ModelBehaviorError, ModelRefusalError, OpenAIProvider, Runner } from '@openai/agents';
import { createOpenAI } from '@ai-sdk/openai';
import { jsonSchema, streamText, tool } from 'ai';
import type OpenAI from 'openai';
import { API_KEY, REASONING_MODEL, WEATHER_PARAMETERS } from '../support/fixtures.ts';
import { ResponseResource, StreamingEvent } from '../support/open-responses.schema.ts';
import { OPENAI_SDKS } from '../support/openai-clients.ts';
import { REPLAYS, type Replay } from '../support/replays.ts';
import { useStack } from '../support/stack.ts';
import { brokenStream, chunk, finishChunk, stream, usageChunk } from '../support/upstream-frames.ts';

const stack = useStack();
const TOOL = {
  type: 'function',
  name: 'get_weather',
  description: 'The weather',
  parameters: WEATHER_PARAMETERS,
  strict: true,
} as const;

for (const replay of REPLAYS) {
  describe(`an upstream that sends ${replay.title}`, () => {
    it('becomes the stated events', async () => {
      await play(replay.frames);
      const events = await responsesEvents();
      assert.deepEqual(
        events.map((event) => event.sequence_number),
        events.map((_, index) => index),
      );
      assert.deepEqual(typesItemByItem(events), ['response.created', 'response.in_progress', ...replay.events]);
      const last = events.at(-1);
      assert.ok(last && 'response' in last);
      assertResource(last.response, replay);
    });

    for (const { name, client } of OPENAI_SDKS) {
      it(`reaches ${name} as a ${replay.status} response`, async () => {
        await play(replay.frames);
        const response = await client(stack.v1, { maxRetries: 0 })
          .responses.stream({ model: REASONING_MODEL, input: 'Go.', tools: [TOOL] })
          .finalResponse();
        assert.equal(response.status, replay.status);
        assert.equal(response.output_text, replay.text);
        const calls = response.output.filter((item) => item.type === 'function_call');
        assert.deepEqual(
          calls.map((call) => [call.name, call.arguments]),
          replay.calls ?? [],
        );
        assert.equal(response.incomplete_details?.reason, replay.incomplete);
      });
    }

    it('reaches the AI SDK', async () => {
      await play(replay.frames);
      const outcome = await aiOutcome(createOpenAI({ apiKey: API_KEY, baseURL: stack.v1 })(REASONING_MODEL));
      // The AI SDK shows a refusal as text, and tells it by the finish reason.
      assert.equal(outcome.text, replay.refusal ?? replay.text);
      assert.equal(outcome.finish, replay.finish);
      assert.equal(outcome.reasoning, replay.reasoning ?? '');
      assert.equal(outcome.errors.length > 0, replay.status === 'failed');
      assert.deepEqual(
        outcome.calls,
        (replay.calls ?? []).map(([name]) => name),
      );
    });

    it('reaches the Agents SDK', async () => {
      await play(replay.frames);
      await assertAgentOutcome(replay);
    });

    for (const { name, client, sdk } of OPENAI_SDKS) {
      it(`reaches chat completions of ${name}`, async () => {
        await play(replay.frames);
        const completion = client(stack.v1, { maxRetries: 0 })
          .chat.completions.stream({ model: REASONING_MODEL, messages: [{ role: 'user', content: 'Go.' }] })
          .finalChatCompletion();
        if (replay.status === 'failed') {
          await assert.rejects(completion, (error) => error instanceof sdk.APIError && error.message !== '');
          return;
        }
        const [choice] = (await completion).choices;
        assert.equal(choice?.message.content ?? '', replay.text);
        assert.deepEqual(choice?.message.tool_calls?.map(functionOf) ?? [], replay.calls ?? []);
        assert.equal(choice?.message.refusal ?? undefined, replay.refusal);
      });
    }
  });
}

describe('an upstream that sends usage in a chunk of its own', () => {
  for (const { name, client } of OPENAI_SDKS) {
    it(`gives ${name} usage once`, async () => {
      const frames = stream(
        chunk({ role: 'assistant' }),
        chunk({ content: 'Hello.' }),
        chunk({}, {}, 'stop'),
        usageChunk(69, 35),
      );
      await play(frames);
      const chunks = await Array.fromAsync(
        await client(stack.v1).chat.completions.create({
          model: REASONING_MODEL,
          messages: [{ role: 'user', content: 'Go.' }],
          stream: true,
          stream_options: { include_usage: true },
        }),
      );
      const usages = chunks.filter((each) => each.usage);
      assert.deepEqual(
        usages.map((each) => [each.choices, each.usage?.total_tokens]),
        [[[], 104]],
      );
      assert.equal(chunks.at(-1), usages[0]);
    });
  }
});

describe('an upstream that fails before its first word', () => {
  const failure = { error: { message: 'slow down', type: null, param: null, code: null }, status_code: 429 };
  for (const [shape, frames] of [
    ['a data frame', brokenStream(failure)],
    ['an error event', [`event: error\n${brokenStream(failure).join('')}`]],
  ] as const) {
    for (const { name, client, sdk } of OPENAI_SDKS) {
      it(`is an HTTP error to ${name} when it comes as ${shape}`, async () => {
        await play(frames);
        const refused = client(stack.v1, { maxRetries: 0 }).chat.completions.create({
          model: REASONING_MODEL,
          messages: [{ role: 'user', content: 'Go.' }],
          stream: true,
        });
        await assert.rejects(refused, (error) => error instanceof sdk.RateLimitError);
      });
    }
  }
});

describe('a recorded Cerebras stream with a tool call', () => {
  const frames = stream(
    chunk({ role: 'assistant' }),
    chunk({ reasoning: 'We' }),
    chunk({ reasoning: ' need to call run_me with some args.' }),
    chunk({
      tool_calls: [{ function: { name: 'run_me', arguments: '' }, type: 'function', id: 'ae3b6602f', index: 0 }],
    }),
    chunk({ tool_calls: [{ function: { arguments: '{"foo":"test' }, type: 'function', index: 0 }] }),
    chunk({ tool_calls: [{ function: { arguments: '","bar":[1,2,3]}' }, type: 'function', index: 0 }] }),
    finishChunk('tool_calls', 136, 42, 10),
  );
  for (const { name, client } of OPENAI_SDKS) {
    it(`becomes the message that ${name} gets without streaming`, async () => {
      await play(frames);
      const completion = await client(stack.v1)
        .chat.completions.stream({ model: REASONING_MODEL, messages: [{ role: 'user', content: 'Go.' }] })
        .finalChatCompletion();
      const [choice] = completion.choices;
      assert.equal(choice?.finish_reason, 'tool_calls');
      assert.equal(choice?.message.role, 'assistant');
      assert.equal(choice?.message.content, null);
      assert.deepEqual(
        choice?.message.tool_calls?.map((call) => [call.id, functionOf(call)]),
        [['ae3b6602f', ['run_me', '{"foo":"test","bar":[1,2,3]}']]],
      );
    });
  }
});

/** Makes the upstream send these frames one by one, as from a model: in one burst an error would overtake the text before it. */
async function play(frames: readonly string[]): Promise<void> {
  await stack.sandbox.fault({ kind: 'raw-frames', frames, gapMs: 5, times: 'always' });
}

function functionOf(call: OpenAI.Chat.ChatCompletionMessageToolCall): [string, string] {
  assert.equal(call.type, 'function');
  return [call.function.name, call.function.arguments];
}

/** The raw events of a Responses stream; each must be valid, and its `event:` line must equal its type. */
async function responsesEvents(): Promise<StreamingEvent[]> {
  const response = await fetch(`${stack.v1}/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${API_KEY}` },
    body: JSON.stringify({ model: REASONING_MODEL, input: 'Go.', stream: true }),
  });
  assert.equal(response.status, 200);
  const frames = (await response.text())
    .split('\n\n')
    .filter((frame) => frame !== '' && !frame.startsWith(':') && frame !== 'data: [DONE]');
  return frames.map((frame) => {
    const [, type, data] =
      /^event: (\S+)\ndata: (.*)$/.exec(frame) ?? assert.fail(`not an event with its name: ${frame}`);
    const event = StreamingEvent.parse(JSON.parse(data ?? ''));
    assert.equal(event.type, type);
    return event;
  });
}

/** Calls may stay open side by side, so only the order within an item is compared. */
function typesItemByItem(events: StreamingEvent[]): string[] {
  const place = (event: StreamingEvent): number => {
    if ('output_index' in event) return event.output_index;
    return event.sequence_number < 2 ? -1 : Infinity;
  };
  return events
    .toSorted((one, other) => place(one) - place(other) || one.sequence_number - other.sequence_number)
    .map((event) => event.type);
}

function assertResource(response: ResponseResource, replay: Replay): void {
  assert.equal(response.status, replay.status);
  assert.equal(response.error === null, replay.status !== 'failed');
  assert.equal(response.incomplete_details?.reason, replay.incomplete);
  assert.equal(response.completed_at === null, replay.status !== 'completed');
  const calls = response.output.filter((item) => item.type === 'function_call');
  assert.deepEqual(
    calls.map((item) => [item.name, item.arguments]),
    replay.calls ?? [],
  );
  assert.equal(new Set(calls.map((item) => item.call_id)).size, calls.length);
  assert.equal(new Set(response.output.map((item) => item.id)).size, response.output.length);
  const parts = response.output.flatMap((item) => (item.type === 'message' ? item.content : []));
  assert.equal(parts.map((part) => (part.type === 'output_text' ? part.text : '')).join(''), replay.text);
  assert.equal(parts.find((part) => part.type === 'refusal')?.refusal, replay.refusal);
  const summary = response.output.flatMap((item) => (item.type === 'reasoning' ? item.summary : []));
  assert.equal(summary.map((part) => part.text).join('') || undefined, replay.reasoning);
  if (replay.usage) assert.deepEqual([response.usage?.input_tokens, response.usage?.output_tokens], replay.usage);
}

async function aiOutcome(model: Parameters<typeof streamText>[0]['model']) {
  const result = streamText({
    model,
    prompt: 'Go.',
    maxRetries: 0,
    tools: { get_weather: tool({ description: 'The weather', inputSchema: jsonSchema({ type: 'object' }) }) },
    onError: () => undefined,
  });
  const outcome = { text: '', reasoning: '', finish: '', calls: [] as string[], errors: [] as unknown[] };
  for await (const part of result.stream) {
    if (part.type === 'text-delta') outcome.text += part.text;
    if (part.type === 'reasoning-delta') outcome.reasoning += part.text;
    if (part.type === 'tool-call') outcome.calls.push(part.toolName);
    if (part.type === 'error') outcome.errors.push(part.error);
    if (part.type === 'finish') outcome.finish = part.finishReason;
  }
  return outcome;
}

async function assertAgentOutcome(replay: Replay): Promise<void> {
  const modelProvider = new OpenAIProvider({ apiKey: API_KEY, baseURL: stack.v1, useResponses: true });
  const agent = new Agent({ name: 'replay', model: REASONING_MODEL });
  const ran = async () => {
    const result = await new Runner({ modelProvider, tracingDisabled: true }).run(agent, 'Go.', { stream: true });
    await result.completed;
    return result.finalOutput;
  };
  if (replay.refusal) return assert.rejects(ran(), ModelRefusalError);
  // A call of a tool that the agent does not have is a behaviour error too: it has arrived.
  if (replay.status !== 'completed' || replay.calls) return assert.rejects(ran(), ModelBehaviorError);
  assert.equal(await ran(), replay.text);
}
