import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { API_KEY, RED_PIXEL, WEATHER_PARAMETERS } from '../../support/fixtures.ts';
import { type Bench, type Client, notApplicable } from './client.ts';
import { assertOpenAiErrors } from './openai-common.ts';
import type { Upstream } from '../matrix.types.ts';
import * as subject from './subject.ts';

const base = '/openai/v1';
const client = ({ origin }: Bench) => new OpenAI({ baseURL: `${origin}${base}`, apiKey: API_KEY, maxRetries: 0 });
const tools: OpenAI.Chat.ChatCompletionFunctionTool[] = [
  { type: 'function', function: { ...subject.WEATHER_TOOL, parameters: WEATHER_PARAMETERS, strict: true } },
];

/** Models of Cerebras by relay, and those of Anthropic and Google by conversion. */
export const openAiChat: readonly Client[] = [
  clientOf('cerebras', subject.OPENAI_MODELS),
  clientOf('anthropic', subject.ANTHROPIC_OWN),
  clientOf('gemini', subject.GEMINI_OWN),
];

function clientOf(upstream: Upstream, { text: model, vision }: { text: string; vision: string }): Client {
  const ask = (content: string) => ({ model, messages: [{ role: 'user' as const, content }] });

  return {
    name: 'openai, Chat Completions',
    package: 'openai',
    base,
    upstream,
    scenarios: {
      async plain(bench) {
        const completion = await client(bench).chat.completions.create(ask(subject.CAPITAL.question));
        subject.assertCapital(completion.choices[0]?.message.content);
        assert.equal(completion.choices[0]?.finish_reason, 'stop');
        subject.assertModel(completion.model, model);
        assert.ok(completion._request_id);
        const { usage } = completion;
        subject.assertUsage(usage?.prompt_tokens, usage?.completion_tokens, usage?.total_tokens);
      },

      async stream(bench) {
        const stream = client(bench).chat.completions.stream({
          ...ask(subject.STORY),
          stream_options: { include_usage: true },
        });
        const pieces: string[] = [];
        stream.on('content', (delta) => pieces.push(delta));
        const completion = await stream.finalChatCompletion();
        subject.assertPieces(pieces, completion.choices[0]?.message.content ?? '');
        const usage = await stream.totalUsage();
        subject.assertUsage(usage.prompt_tokens, usage.completion_tokens, usage.total_tokens);
      },

      tools: (bench) => toolLoop(bench, subject.ONE_CITY, ['Paris']),
      parallelTools: (bench) => toolLoop(bench, subject.TWO_CITIES, ['Paris', 'Rome']),

      async structured(bench) {
        const completion = await client(bench).chat.completions.parse({
          ...ask(subject.PERSON),
          response_format: zodResponseFormat(subject.Person, 'person'),
        });
        subject.assertPerson(completion.choices[0]?.message.parsed);
        await subject.assertSchemaSent(bench);
      },

      async vision(bench) {
        const completion = await client(bench).chat.completions.create({
          model: vision,
          messages: [
            {
              role: 'user',
              content: [
                { type: 'text', text: subject.PICTURE },
                { type: 'image_url', image_url: { url: RED_PIXEL } },
              ],
            },
          ],
        });
        assert.ok(completion.choices[0]?.message.content);
        await subject.assertSawPicture(bench);
      },

      async reasoning(bench) {
        const request = { ...ask(subject.CAPITAL.question), reasoning_effort: 'low' as const };
        const { choices, usage } = await client(bench).chat.completions.create(request);
        // The SDK's types have no name for what chat models of other vendors think.
        const { reasoning } = z.looseObject({ reasoning: z.string() }).parse(choices[0]?.message);
        subject.assertThought(reasoning, choices[0]?.message.content);
        assert.ok(usage?.completion_tokens_details?.reasoning_tokens);
        await subject.assertThinkingAsked(bench);
      },

      error: (bench) =>
        assertOpenAiErrors((extra) => client(bench).chat.completions.create({ ...ask('Hello'), ...extra })),

      abort: (bench) =>
        subject.assertAborts(bench, async () => {
          const stream = await client(bench).chat.completions.create({ ...ask(subject.STORY), stream: true });
          for await (const chunk of stream) {
            if (chunk.choices[0]?.delta.content) stream.controller.abort();
          }
        }),

      countTokens: notApplicable('OpenAI’s chat API has no such call'),
      embeddings: notApplicable('no upstream of this matrix has embeddings yet'),
    },
  };

  /** The SDK's own loop, over streams: it calls the functions, sends their results, and ends with the answer. */
  async function toolLoop(bench: Bench, question: string, cities: string[]): Promise<void> {
    await manualLoop(bench, question, cities);
    const called: unknown[] = [];
    const runner = client(bench).chat.completions.runTools({
      ...ask(question),
      stream: true,
      tools: [
        {
          type: 'function',
          function: {
            ...subject.WEATHER_TOOL,
            parameters: WEATHER_PARAMETERS,
            parse: JSON.parse,
            function: (input: { city: string }) => {
              called.push(input);
              return subject.weatherIn(input.city);
            },
          },
        },
      ],
    });
    subject.assertWeather(await runner.finalContent(), ...cities);
    assert.deepEqual(subject.citiesOf(called), cities);
  }

  async function manualLoop(bench: Bench, question: string, cities: string[]): Promise<void> {
    const { messages } = ask(question);
    const called = await client(bench).chat.completions.create({ model, messages, tools });
    const message = called.choices[0]?.message;
    const calls = message?.tool_calls?.filter((call) => call.type === 'function') ?? [];
    assert.equal(called.choices[0]?.finish_reason, 'tool_calls');
    assert.deepEqual(subject.citiesOf(calls.map((call) => JSON.parse(call.function.arguments))), cities);
    const results = calls.map((call, index) => ({
      role: 'tool' as const,
      tool_call_id: call.id,
      content: subject.weatherIn(cities[index] ?? ''),
    }));
    assert.ok(message);
    const answered = await client(bench).chat.completions.create({
      model,
      messages: [...messages, message, ...results],
      tools,
    });
    subject.assertWeather(answered.choices[0]?.message.content, ...cities);
  }
}
