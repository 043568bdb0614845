import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { ChatCerebras } from '@langchain/cerebras';
import { AIMessageChunk, HumanMessage, ToolMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { z } from 'zod';
import {
  API_KEY,
  Person,
  PLAIN_MODEL,
  REASONING_MODEL,
  RED_PIXEL,
  UNKNOWN_MODEL,
  VISION_MODEL,
  WeatherInput,
} from '../support/fixtures.ts';
import { useStack } from '../support/stack.ts';

interface Family {
  readonly name: string;
  readonly model: (id: string) => ChatOpenAI | ChatCerebras;
  /** What the model thought, where the integration keeps it. */
  readonly reasoningOf?: (message: AIMessageChunk) => string;
  readonly seesImages: boolean;
}

const stack = useStack();
const openai = (id: string, useResponsesApi: boolean) =>
  new ChatOpenAI({ model: id, apiKey: API_KEY, maxRetries: 0, useResponsesApi, configuration: { baseURL: stack.v1 } });

const FAMILIES: readonly Family[] = [
  {
    name: 'ChatOpenAI',
    model: (id) => openai(id, false),
    reasoningOf: (message) => z.string().optional().parse(message.additional_kwargs['reasoning_content']) ?? '',
    seesImages: true,
  },
  {
    name: 'ChatOpenAI over Responses',
    model: (id) => openai(id, true),
    reasoningOf: (message) =>
      message.contentBlocks.map((block) => (block.type === 'reasoning' ? block.reasoning : '')).join(''),
    seesImages: true,
  },
  {
    name: 'ChatCerebras',
    model: (id) => new ChatCerebras({ model: id, apiKey: API_KEY, maxRetries: 0 }),
    seesImages: false,
  },
];

const weather = tool(({ city }: { city: string }) => `${city}: 18 degrees, sunny`, {
  name: 'get_weather',
  description: 'The weather of a city',
  schema: WeatherInput,
});

describe('LangChain', () => {
  before(() => {
    // ChatCerebras has no option for it: the SDK beneath reads its base URL, without /v1, from the environment.
    process.env['CEREBRAS_BASE_URL'] = stack.origin;
  });

  for (const { name, model, reasoningOf, seesImages } of FAMILIES) {
    describe(name, () => {
      it('invokes', async () => {
        const message = await model(PLAIN_MODEL).invoke('Hello');
        assert.ok(message.text);
        assertUsage(message);
      });

      it('streams the same text, with usage', async () => {
        const whole = await model(PLAIN_MODEL).invoke('Hello');
        const chunks = await Array.fromAsync(await model(PLAIN_MODEL).stream('Hello'));
        const message = joined(chunks);
        assert.equal(message.text, whole.text);
        assert.ok(chunks.filter((chunk) => chunk.text).length > 1, 'the text comes in pieces');
        assertUsage(message);
        assert.equal(message.usage_metadata?.input_tokens, whole.usage_metadata?.input_tokens);
      });

      it('makes parallel tool calls and answers their results', async () => {
        const question = new HumanMessage('What is the weather in Paris and in Rome?');
        const bound = model(REASONING_MODEL).bindTools([weather]);
        const called = await bound.invoke([question]);
        assert.deepEqual(
          called.tool_calls?.map((call) => [call.name, call.args]),
          [
            ['get_weather', { city: 'Paris' }],
            ['get_weather', { city: 'Rome' }],
          ],
        );
        const results = await Promise.all((called.tool_calls ?? []).map((call) => weather.invoke(call)));
        assert.ok(results.every((result) => ToolMessage.isInstance(result)));
        const answered = await bound.invoke([question, called, ...results]);
        assert.ok(answered.text);
      });

      it('streams a tool call', async () => {
        const bound = model(PLAIN_MODEL).bindTools([weather]);
        const message = joined(await Array.fromAsync(await bound.stream('What is the weather in Paris?')));
        assert.equal(message.tool_calls?.[0]?.name, 'get_weather');
        assert.ok(message.tool_calls?.[0]?.id);
        assert.deepEqual(message.invalid_tool_calls ?? [], []);
        WeatherInput.parse(message.tool_calls?.[0]?.args);
      });

      it('gets a structured output', async () => {
        Person.parse(await model(PLAIN_MODEL).withStructuredOutput(Person, { name: 'person' }).invoke('Who is Ada?'));
      });

      it('is told of a model that is not there', async () => {
        await assert.rejects(model(UNKNOWN_MODEL).invoke('Hello'), /404.*no-such-model/);
      });

      if (reasoningOf) {
        it('shows reasoning', async () => {
          const whole = await model(REASONING_MODEL).invoke('Hello');
          const message = joined(await Array.fromAsync(await model(REASONING_MODEL).stream('Hello')));
          assert.ok(reasoningOf(message));
          assert.equal(reasoningOf(message), reasoningOf(whole));
          assert.equal(message.text, whole.text);
        });
      }

      if (seesImages) {
        it('sends an image to a model that sees', async () => {
          const content = [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: RED_PIXEL } },
          ];
          const message = await model(VISION_MODEL).invoke([new HumanMessage({ content })]);
          assert.ok(message.text);
          const [request] = await stack.sandbox.requests('/v1/chat/completions');
          assert.equal(request?.body['messages'][0]['content'][1]['image_url']['url'], RED_PIXEL);
        });
      }
    });
  }
});

function joined(chunks: AIMessageChunk[]): AIMessageChunk {
  return chunks.reduce((whole, chunk) => whole.concat(chunk));
}

function assertUsage({ usage_metadata: usage }: { usage_metadata?: AIMessageChunk['usage_metadata'] }): void {
  assert.ok(usage && usage.input_tokens > 0 && usage.output_tokens > 0);
  assert.equal(usage.total_tokens, usage.input_tokens + usage.output_tokens);
}
