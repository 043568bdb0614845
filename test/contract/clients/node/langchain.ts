import assert from 'node:assert/strict';
import { ChatAnthropic } from '@langchain/anthropic';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessage, type AIMessageChunk, HumanMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatGoogleGenerativeAI } from '@langchain/google-genai';
import { ChatOpenAI } from '@langchain/openai';
import { API_KEY, RED_PIXEL, WeatherInput } from '../../support/fixtures.ts';
import { type Bench, type Client, type NotApplicable, notApplicable, type Run } from './client.ts';
import * as subject from './subject.ts';

interface Family {
  readonly name: string;
  readonly package: string;
  readonly base: string;
  readonly models: { readonly text: string; readonly vision: string };
  readonly make: (url: string, options: Options) => BaseChatModel;
  readonly embeddings: NotApplicable | Run;
  /** What the upstream takes for wrong, and the integration lets through. */
  readonly bad: Partial<Options>;
  /** Output tokens without thoughts, beside a total with them: the integration reports Gemini's numbers so. */
  readonly leavesThoughtsOut?: boolean;
  readonly strayRejection?: RegExp;
}

interface Options {
  readonly model: string;
  readonly temperature?: number;
  readonly stopSequences?: string[];
  readonly thinking?: boolean;
}

const hot = { temperature: subject.BAD_TEMPERATURE };
const openAi =
  (useResponsesApi: boolean): Family['make'] =>
  (baseURL, { thinking, ...options }) =>
    new ChatOpenAI({
      ...options,
      apiKey: API_KEY,
      maxRetries: 0,
      useResponsesApi,
      configuration: { baseURL },
      ...(thinking && { reasoning: { effort: 'low', summary: 'auto' } }),
    });

const FAMILIES: readonly Family[] = [
  {
    name: 'LangChain ChatOpenAI',
    package: '@langchain/openai',
    base: '/langchain/v1',
    models: subject.OPENAI_MODELS,
    make: openAi(false),
    embeddings: notApplicable('no upstream of this matrix has embeddings yet'),
    bad: hot,
  },
  {
    name: 'LangChain ChatOpenAI, Responses',
    package: '@langchain/openai',
    base: '/langchain/v1',
    models: subject.OPENAI_MODELS,
    make: openAi(true),
    embeddings: notApplicable('LangChain’s OpenAIEmbeddings are in the row above'),
    bad: hot,
  },
  {
    name: 'LangChain ChatAnthropic',
    package: '@langchain/anthropic',
    base: '/anthropic',
    models: subject.ANTHROPIC_MODELS,
    make: (anthropicApiUrl, { thinking, ...options }) =>
      new ChatAnthropic({
        ...options,
        apiKey: API_KEY,
        maxRetries: 0,
        anthropicApiUrl,
        maxTokens: 4096,
        ...(thinking && { thinking: { type: 'enabled', budget_tokens: 1024 } }),
      }),
    embeddings: notApplicable('Anthropic’s API has none'),
    bad: hot,
  },
  {
    name: 'LangChain ChatGoogleGenerativeAI',
    package: '@langchain/google-genai',
    base: '/genai',
    models: subject.GEMINI_MODELS,
    make: (baseUrl, { thinking, ...options }) =>
      new ChatGoogleGenerativeAI({
        ...options,
        apiKey: API_KEY,
        maxRetries: 0,
        baseUrl,
        ...(thinking && { thinkingConfig: { includeThoughts: true, thinkingBudget: 1024 } }),
      }),
    embeddings: notApplicable('the gateway’s Gemini dialect has no embeddings'),
    bad: { stopSequences: subject.MANY_STOPS },
    leavesThoughtsOut: true,
    // The SDK beneath reads a stream twice, and nobody takes the second one's error.
    strayRejection: /Error reading from the stream/,
  },
];

export const langchain: readonly Client[] = FAMILIES.map((family) => clientOf(family));

const weather = tool(({ city }: { city: string }) => subject.weatherIn(city), {
  ...subject.WEATHER_TOOL,
  schema: WeatherInput,
});

function clientOf(family: Family): Client {
  const make = ({ origin }: Bench, options: Partial<Options> = {}) =>
    family.make(`${origin}${family.base}`, { model: family.models.text, ...options });

  return {
    name: family.name,
    package: family.package,
    base: family.base,
    upstream: 'cerebras',
    ...(family.strayRejection && { strayRejection: family.strayRejection }),
    scenarios: {
      async plain(bench) {
        const message = await make(bench).invoke(subject.CAPITAL.question);
        subject.assertCapital(message.text);
        assertUsage(message, family);
      },

      async stream(bench) {
        const chunks = await Array.fromAsync(await make(bench).stream(subject.STORY));
        const message = joined(chunks);
        subject.assertPieces(
          chunks.map((chunk) => chunk.text),
          (await make(bench).invoke(subject.STORY)).text,
        );
        assertUsage(message, family);
      },

      tools: (bench) => toolLoop(bench, subject.ONE_CITY, ['Paris']),
      parallelTools: (bench) => toolLoop(bench, subject.TWO_CITIES, ['Paris', 'Rome']),

      async structured(bench) {
        const typed = make(bench).withStructuredOutput(subject.Person, { name: 'person' });
        subject.assertPerson(await typed.invoke(subject.PERSON));
        await subject.assertSchemaSent(bench);
      },

      async vision(bench) {
        const content = [
          { type: 'text', text: subject.PICTURE },
          { type: 'image_url', image_url: { url: RED_PIXEL } },
        ];
        const message = await make(bench, { model: family.models.vision }).invoke([new HumanMessage({ content })]);
        assert.ok(message.text);
        await subject.assertSawPicture(bench);
      },

      async reasoning(bench) {
        const whole = await make(bench, { thinking: true }).invoke(subject.CAPITAL.question);
        subject.assertThought(thoughtOf(whole), whole.text);
        await subject.assertThinkingAsked(bench);
        const streamed = joined(
          await Array.fromAsync(await make(bench, { thinking: true }).stream(subject.CAPITAL.question)),
        );
        assert.equal(thoughtOf(streamed), thoughtOf(whole));
        subject.assertCapital(streamed.text);
      },

      async error(bench) {
        const unknown = await subject.failureOf(make(bench, { model: subject.UNKNOWN_MODEL }).invoke('Hello'));
        assertStatus(unknown, 404);
        assert.match(unknown.message, /no-such-model/);
        const wrong = make(bench, { model: family.models.vision, ...family.bad });
        const bad = await subject.failureOf(wrong.invoke('Hello'));
        assertStatus(bad, 400);
        assert.match(bad.message, new RegExp(Object.keys(family.bad).join('|')));
      },

      abort: (bench) =>
        subject.assertAborts(bench, async () => {
          const controller = new AbortController();
          const stream = await make(bench).stream(subject.STORY, { signal: controller.signal });
          await subject.failureOf(
            (async () => {
              for await (const chunk of stream) if (chunk.text) controller.abort();
            })(),
          );
        }),

      countTokens: notApplicable('LangChain counts tokens by itself'),
      embeddings: family.embeddings,
    },
  };

  async function toolLoop(bench: Bench, text: string, cities: string[]): Promise<void> {
    const question = new HumanMessage(text);
    const bound = make(bench).bindTools?.([weather]);
    assert.ok(bound);
    for (const called of [
      await bound.invoke([question]),
      joined(await Array.fromAsync(await bound.stream([question]))),
    ]) {
      assert.deepEqual(
        (called.tool_calls ?? []).map((call) => call.name),
        cities.map(() => subject.WEATHER_TOOL.name),
      );
      assert.deepEqual(subject.citiesOf((called.tool_calls ?? []).map((call) => call.args)), cities);
      const results = await Promise.all((called.tool_calls ?? []).map((call) => weather.invoke(call)));
      const answered = await bound.invoke([question, called, ...results]);
      subject.assertWeather(answered.text, ...cities);
    }
  }
}

function joined(chunks: AIMessageChunk[]): AIMessageChunk {
  return chunks.reduce((whole, chunk) => whole.concat(chunk));
}

/** What the model thought, wherever the integration keeps it. */
function thoughtOf(message: AIMessage | AIMessageChunk): string {
  const blocks = message.contentBlocks.map((block) => (block.type === 'reasoning' ? block.reasoning : ''));
  const parts = Array.isArray(message.content) ? message.content : [];
  const thinking = parts.map((part) =>
    part.type === 'thinking' && 'thinking' in part ? String(part['thinking']) : '',
  );
  const { reasoning_content: beside } = message.additional_kwargs;
  return blocks.join('') || thinking.join('') || (typeof beside === 'string' ? beside : '');
}

function assertStatus(error: Error, status: number): void {
  assert.ok('status' in error && error.status === status, `${String(error)}: not ${status}`);
}

function assertUsage(
  { usage_metadata: usage }: { usage_metadata?: AIMessage['usage_metadata'] },
  { leavesThoughtsOut = false }: Family,
): void {
  const total = usage?.total_tokens;
  subject.assertUsage(usage?.input_tokens, usage?.output_tokens, leavesThoughtsOut ? undefined : total);
  assert.ok(total);
}
