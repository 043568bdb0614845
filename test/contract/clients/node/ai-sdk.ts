import assert from 'node:assert/strict';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createCerebras } from '@ai-sdk/cerebras';
import { createGoogle } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { APICallError, generateText, isStepCount, type LanguageModel, Output, streamText, tool } from 'ai';
import { API_KEY, RED_PIXEL, WeatherInput } from '../../support/fixtures.ts';
import { type Bench, type Client, type NotApplicable, notApplicable } from './client.ts';
import * as subject from './subject.ts';

type ProviderOptions = NonNullable<Parameters<typeof generateText>[0]['providerOptions']>;

interface Family {
  readonly name: string;
  readonly package: string;
  readonly base: string;
  readonly models: { readonly text: string; readonly vision: string };
  readonly model: (settings: Settings, id: string) => LanguageModel;
  /** What asks for thoughts. */
  readonly thinking: ProviderOptions;
  /** `tokens`: the provider's package counts thoughts but does not show them. */
  readonly shows: 'thoughts' | 'tokens';
  readonly embeddings: NotApplicable;
}

interface Settings {
  readonly apiKey: string;
  readonly baseURL: string;
}

const FAMILIES: readonly Family[] = [
  {
    name: 'ai with @ai-sdk/openai',
    package: '@ai-sdk/openai',
    base: '/openai/v1',
    models: subject.OPENAI_MODELS,
    model: (settings, id) => createOpenAI(settings)(id),
    thinking: { openai: { reasoningEffort: 'low', reasoningSummary: 'auto' } },
    shows: 'thoughts',
    embeddings: notApplicable('no upstream of this matrix has embeddings yet'),
  },
  {
    name: 'ai with @ai-sdk/openai, chat()',
    package: '@ai-sdk/openai',
    base: '/openai/v1',
    models: subject.OPENAI_MODELS,
    model: (settings, id) => createOpenAI(settings).chat(id),
    thinking: { openai: { reasoningEffort: 'low' } },
    shows: 'tokens',
    embeddings: notApplicable('the package’s embeddings are in the row above'),
  },
  {
    name: 'ai with @ai-sdk/anthropic',
    package: '@ai-sdk/anthropic',
    base: '/anthropic/v1',
    models: subject.ANTHROPIC_MODELS,
    model: (settings, id) => createAnthropic(settings)(id),
    thinking: { anthropic: { thinking: { type: 'enabled', budgetTokens: 1024 } } },
    shows: 'thoughts',
    embeddings: notApplicable('Anthropic’s API has none'),
  },
  {
    name: 'ai with @ai-sdk/google',
    package: '@ai-sdk/google',
    base: '/genai/v1beta',
    models: subject.GEMINI_MODELS,
    model: (settings, id) => createGoogle(settings)(id),
    thinking: { google: { thinkingConfig: { thinkingBudget: 1024, includeThoughts: true } } },
    shows: 'thoughts',
    embeddings: notApplicable('the gateway’s Gemini dialect has no embeddings'),
  },
  {
    name: 'ai with @ai-sdk/openai-compatible',
    package: '@ai-sdk/openai-compatible',
    base: '/openai/v1',
    models: subject.OPENAI_MODELS,
    model: (settings, id) =>
      createOpenAICompatible({ ...settings, name: 'asbru', includeUsage: true, supportsStructuredOutputs: true })(id),
    thinking: { asbru: { reasoningEffort: 'low' } },
    shows: 'thoughts',
    embeddings: notApplicable('no upstream of this matrix has embeddings yet'),
  },
  {
    name: 'ai with @ai-sdk/cerebras',
    package: '@ai-sdk/cerebras',
    base: '/v1',
    models: subject.CEREBRAS_MODELS,
    model: (settings, id) => createCerebras(settings)(id),
    thinking: { cerebras: { reasoningEffort: 'low' } },
    shows: 'thoughts',
    embeddings: notApplicable('Cerebras’ API has none'),
  },
];

/** A share above 1; temperatures out of range are put right by some of the packages. */
const BAD_TOP_P = 9;

export const aiSdk: readonly Client[] = FAMILIES.map((family) => clientOf(family));

const weather = tool({
  description: subject.WEATHER_TOOL.description,
  inputSchema: WeatherInput,
  execute: ({ city }) => subject.weatherIn(city),
});

function clientOf(family: Family): Client {
  const { name, base } = family;
  const settings = ({ origin }: Bench): Settings => ({ apiKey: API_KEY, baseURL: `${origin}${base}` });
  const text = (bench: Bench, id: string = family.models.text) => ({
    model: family.model(settings(bench), id),
    maxRetries: 0,
  });
  /** Errors of a stream are asserted on as parts of it, not printed. */
  const quiet = { onError: () => undefined };

  return {
    name,
    package: family.package,
    base,
    upstream: 'cerebras',
    scenarios: {
      async plain(bench) {
        const result = await generateText({ ...text(bench), prompt: subject.CAPITAL.question });
        subject.assertCapital(result.text);
        assert.equal(result.finishReason, 'stop');
        assert.equal(result.response.modelId, family.models.text);
        const { usage } = result;
        subject.assertUsage(usage.inputTokens, usage.outputTokens, usage.totalTokens);
        assert.deepEqual(result.warnings ?? [], []);
      },

      async stream(bench) {
        const result = streamText({ ...text(bench), prompt: subject.STORY, ...quiet });
        const pieces = await Array.fromAsync(result.textStream);
        subject.assertPieces(pieces, await result.text);
        assert.equal(await result.finishReason, 'stop');
        const usage = await result.usage;
        subject.assertUsage(usage.inputTokens, usage.outputTokens, usage.totalTokens);
      },

      tools: (bench) => toolLoop(bench, subject.ONE_CITY, ['Paris']),
      parallelTools: (bench) => toolLoop(bench, subject.TWO_CITIES, ['Paris', 'Rome']),

      async structured(bench) {
        const request = { prompt: subject.PERSON, output: Output.object({ schema: subject.Person }) };
        subject.assertPerson((await generateText({ ...text(bench), ...request })).output);
        await subject.assertSchemaSent(bench);
        const streamed = streamText({ ...text(bench), ...request, ...quiet });
        assert.ok((await Array.fromAsync(streamed.partialOutputStream)).length > 1);
        subject.assertPerson(await streamed.output);
      },

      async vision(bench) {
        const result = await generateText({
          ...text(bench, family.models.vision),
          messages: [
            {
              role: 'user',
              content: [
                { type: 'text', text: subject.PICTURE },
                { type: 'file', mediaType: 'image/png', data: RED_PIXEL },
              ],
            },
          ],
        });
        assert.ok(result.text);
        await subject.assertSawPicture(bench);
      },

      async reasoning(bench) {
        const request = { prompt: subject.CAPITAL.question, providerOptions: family.thinking };
        const whole = await generateText({ ...text(bench), ...request });
        await subject.assertThinkingAsked(bench);
        const streamed = streamText({ ...text(bench), ...request, ...quiet });
        subject.assertCapital(whole.text);
        subject.assertCapital(await streamed.text);
        const { reasoningText } = await streamed.finalStep;
        assert.equal(reasoningText, whole.finalStep.reasoningText);
        if (family.shows === 'thoughts') subject.assertThought(reasoningText, whole.text);
        else assert.ok(whole.usage.outputTokenDetails.reasoningTokens);
      },

      async error(bench) {
        const unknown = await callErrorOf(generateText({ ...text(bench, subject.UNKNOWN_MODEL), prompt: 'Hello' }));
        assert.equal(unknown.statusCode, 404);
        assert.match(unknown.message, /no-such-model/);
        const bad = await callErrorOf(
          generateText({ ...text(bench, family.models.vision), prompt: 'Hello', topP: BAD_TOP_P }),
        );
        assert.equal(bad.statusCode, 400);
        assert.match(bad.message, /top_?p/i);
      },

      abort: (bench) =>
        subject.assertAborts(bench, async () => {
          const controller = new AbortController();
          const result = streamText({
            ...text(bench),
            prompt: subject.STORY,
            abortSignal: controller.signal,
            ...quiet,
          });
          for await (const part of result.stream) {
            if (part.type === 'text-delta') controller.abort();
          }
        }),

      countTokens: notApplicable('the AI SDK has no such call'),
      embeddings: family.embeddings,
    },
  };

  async function toolLoop(bench: Bench, prompt: string, cities: string[]): Promise<void> {
    const request = { ...text(bench), prompt, tools: { get_weather: weather }, stopWhen: isStepCount(3) };
    const whole = await generateText(request);
    assert.deepEqual(subject.citiesOf(whole.toolResults.map((result) => result.input)), cities);
    subject.assertWeather(whole.text, ...cities);
    assert.deepEqual(
      whole.steps.map((step) => step.finishReason),
      ['tool-calls', 'stop'],
    );

    const streamed = streamText({ ...request, ...quiet });
    const parts = await Array.fromAsync(streamed.stream);
    const results = parts.filter((part) => part.type === 'tool-result');
    assert.deepEqual(subject.citiesOf(results.map((result) => result.input)), cities);
    subject.assertWeather(await streamed.text, ...cities);
  }
}

async function callErrorOf(call: PromiseLike<unknown>): Promise<APICallError> {
  const error = await subject.failureOf(call);
  assert.ok(APICallError.isInstance(error), String(error));
  assert.equal(error.isRetryable, false);
  return error;
}
