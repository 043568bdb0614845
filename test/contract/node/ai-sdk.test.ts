import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createCerebras } from '@ai-sdk/cerebras';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import {
  defaultSettingsMiddleware,
  generateObject,
  generateText,
  isStepCount,
  type LanguageModel,
  Output,
  streamText,
  tool,
  wrapLanguageModel,
} from 'ai';
import {
  API_KEY,
  Person,
  PLAIN_MODEL,
  REASONING_MODEL,
  RED_PIXEL,
  VISION_MODEL,
  WeatherInput,
} from '../support/fixtures.ts';
import { useStack } from '../support/stack.ts';

interface Family {
  readonly name: string;
  readonly model: (id: string) => LanguageModel;
  /** Whether the provider shows what a model thought. */
  readonly showsReasoning: boolean;
}

const stack = useStack();
const settings = () => ({ apiKey: API_KEY, baseURL: stack.v1 });
const FAMILIES: readonly Family[] = [
  { name: '@ai-sdk/openai', model: (id) => createOpenAI(settings())(id), showsReasoning: true },
  {
    name: '@ai-sdk/openai with store: false',
    model: (id) => notStored(createOpenAI(settings())(id)),
    showsReasoning: true,
  },
  { name: '@ai-sdk/openai chat', model: (id) => createOpenAI(settings()).chat(id), showsReasoning: false },
  { name: '@ai-sdk/cerebras', model: (id) => createCerebras(settings())(id), showsReasoning: true },
  {
    name: '@ai-sdk/openai-compatible',
    model: (id) =>
      createOpenAICompatible({ ...settings(), name: 'asbru', includeUsage: true, supportsStructuredOutputs: true })(id),
    showsReasoning: true,
  },
];

/** Errors of a stream are asserted on as parts of it, not printed. */
const STREAM = { maxRetries: 0, onError: () => undefined };

/** Sends whole items on later turns, where the default sends references to items that it takes to be stored. */
function notStored(model: Parameters<typeof wrapLanguageModel>[0]['model']): LanguageModel {
  const middleware = defaultSettingsMiddleware({ settings: { providerOptions: { openai: { store: false } } } });
  return wrapLanguageModel({ model, middleware });
}

const weather = tool({
  description: 'The weather of a city',
  inputSchema: WeatherInput,
  execute: ({ city }) => `${city}: 18 degrees, sunny`,
});

for (const { name, model, showsReasoning } of FAMILIES) {
  describe(`AI SDK with ${name}`, () => {
    it('generates text', async () => {
      const result = await generateText({ model: model(PLAIN_MODEL), prompt: 'Hello', maxRetries: 0 });
      assert.ok(result.text);
      assert.equal(result.finishReason, 'stop');
      assertUsage(result.usage);
      assert.deepEqual(result.warnings ?? [], []);
    });

    it('streams the same text, with finish reason and usage', async () => {
      const whole = await generateText({ model: model(PLAIN_MODEL), prompt: 'Hello', maxRetries: 0 });
      const result = streamText({ model: model(PLAIN_MODEL), prompt: 'Hello', ...STREAM });
      const deltas = await Array.fromAsync(result.textStream);
      assert.equal(deltas.join(''), whole.text);
      assert.ok(deltas.length > 1, 'the text comes in pieces');
      assert.equal(await result.finishReason, 'stop');
      assertUsage(await result.usage);
    });

    it('keeps reasoning apart from the text', async () => {
      const whole = await generateText({ model: model(REASONING_MODEL), prompt: 'Hello', maxRetries: 0 });
      const streamed = streamText({ model: model(REASONING_MODEL), prompt: 'Hello', ...STREAM });
      assert.ok(whole.text);
      assert.equal(await streamed.text, whole.text);
      const { reasoningText } = await streamed.finalStep;
      assert.equal(reasoningText, whole.finalStep.reasoningText);
      assert.equal(Boolean(reasoningText), showsReasoning);
    });

    it('runs parallel tool calls and gets an answer to their results', async () => {
      const result = await generateText({
        model: model(REASONING_MODEL),
        prompt: 'What is the weather in Paris and in Rome?',
        tools: { weather },
        stopWhen: isStepCount(3),
        maxRetries: 0,
      });
      assert.deepEqual(citiesOf(result.toolResults), ['Paris', 'Rome']);
      assert.equal(result.steps.length, 2);
      assert.ok(result.text);
      assert.equal(result.finishReason, 'stop');
    });

    it('runs parallel tool calls over streams', async () => {
      const result = streamText({
        model: model(REASONING_MODEL),
        prompt: 'What is the weather in Paris and in Rome?',
        tools: { weather },
        stopWhen: isStepCount(3),
        ...STREAM,
      });
      const parts = await Array.fromAsync(result.stream);
      assert.deepEqual(
        parts.filter((part) => part.type === 'error'),
        [],
      );
      assert.deepEqual(citiesOf(parts.filter((part) => part.type === 'tool-result')), ['Paris', 'Rome']);
      assert.ok(await result.text);
      assert.equal(await result.finishReason, 'stop');
    });

    it('generates a structured output', async () => {
      const { output } = await generateText({
        model: model(PLAIN_MODEL),
        prompt: 'Who is Ada?',
        output: Output.object({ schema: Person }),
        maxRetries: 0,
      });
      Person.parse(output);
      const [request] = await stack.sandbox.requests('/v1/chat/completions');
      assert.equal(request?.body['response_format']['type'], 'json_schema');
    });

    it('generates an object', async () => {
      const { object } = await generateObject({
        model: model(PLAIN_MODEL),
        prompt: 'Who is Ada?',
        schema: Person,
        maxRetries: 0,
      });
      Person.parse(object);
    });

    it('streams a structured output', async () => {
      const result = streamText({
        model: model(PLAIN_MODEL),
        prompt: 'Who is Ada?',
        output: Output.object({ schema: Person }),
        ...STREAM,
      });
      const partial = await Array.fromAsync(result.partialOutputStream);
      assert.ok(partial.length > 0);
      Person.parse(await result.output);
    });

    it('sends an image to a model that sees', async () => {
      const { text } = await generateText({
        model: model(VISION_MODEL),
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'What is this?' },
              { type: 'file', mediaType: 'image/png', data: RED_PIXEL },
            ],
          },
        ],
        maxRetries: 0,
      });
      assert.ok(text);
      const [request] = await stack.sandbox.requests('/v1/chat/completions');
      assert.equal(request?.body['messages'][0]['content'][1]['image_url']['url'], RED_PIXEL);
    });

    it('sends what it heard back to the model, reasoning and all', async () => {
      const first = await generateText({ model: model(REASONING_MODEL), prompt: 'Hello', maxRetries: 0 });
      const second = await generateText({
        model: model(REASONING_MODEL),
        messages: [
          { role: 'user', content: 'Hello' },
          ...first.responseMessages,
          { role: 'user', content: 'And again?' },
        ],
        maxRetries: 0,
      });
      assert.ok(second.text);
      const roles = (await stack.sandbox.requests('/v1/chat/completions'))
        .at(-1)
        ?.body['messages'].map((each: { role: string }) => each.role);
      assert.deepEqual(roles, ['user', 'assistant', 'user']);
    });
  });
}

describe('AI SDK text completions', () => {
  const model = () => createOpenAI(settings()).completion(PLAIN_MODEL);

  it('generates text', async () => {
    const result = await generateText({ model: model(), prompt: 'The capital of France is', maxRetries: 0 });
    assert.ok(result.text);
    assertUsage(result.usage);
    assert.equal((await stack.sandbox.requests('/v1/completions')).length, 1);
  });

  it('streams text', async () => {
    const result = streamText({ model: model(), prompt: 'The capital of France is', ...STREAM });
    assert.ok((await Array.fromAsync(result.textStream)).length > 1);
    assert.equal(await result.finishReason, 'stop');
    assertUsage(await result.usage);
  });
});

function citiesOf(results: { input: unknown }[]): string[] {
  return results.map((result) => WeatherInput.parse(result.input).city);
}

function assertUsage(usage: {
  inputTokens?: number | undefined;
  outputTokens?: number | undefined;
  totalTokens?: number | undefined;
}): void {
  assert.ok(usage.inputTokens && usage.outputTokens);
  assert.equal(usage.totalTokens, usage.inputTokens + usage.outputTokens);
}
