import assert from 'node:assert/strict';
import { ApiError, type Content, type GenerateContentResponse, GoogleGenAI, type Part } from '@google/genai';
import { API_KEY, WEATHER_PARAMETERS } from '../../support/fixtures.ts';
import { type Bench, type Client, notApplicable } from './client.ts';
import type { Upstream } from '../matrix.types.ts';
import * as subject from './subject.ts';

const base = '/genai';
const client = ({ origin }: Bench) =>
  new GoogleGenAI({ apiKey: API_KEY, httpOptions: { baseUrl: `${origin}${base}` } });
const PERSON_SCHEMA = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'number' } },
  required: ['name', 'age'],
};
const config = {
  tools: [{ functionDeclarations: [{ ...subject.WEATHER_TOOL, parametersJsonSchema: WEATHER_PARAMETERS }] }],
};

/** Models of Cerebras by conversion, and Google's own by relay. */
export const googleGenAi: readonly Client[] = [
  clientOf('cerebras', subject.GEMINI_MODELS),
  clientOf('gemini', subject.GEMINI_OWN),
];

function clientOf(upstream: Upstream, { text: model, vision }: { text: string; vision: string }): Client {
  return {
    name: '@google/genai',
    package: '@google/genai',
    base,
    upstream,
    scenarios: {
      async plain(bench) {
        const answer = await client(bench).models.generateContent({
          model,
          contents: subject.CAPITAL.question,
          config: { systemInstruction: 'Be brief.' },
        });
        subject.assertCapital(answer.text);
        assert.equal(answer.candidates?.[0]?.finishReason, 'STOP');
        assertUsage(answer);
      },

      async stream(bench) {
        const chunks = await streamOf(bench, { contents: subject.STORY });
        const whole = await client(bench).models.generateContent({ model, contents: subject.STORY });
        subject.assertPieces(
          chunks.map((chunk) => chunk.text ?? ''),
          whole.text ?? '',
        );
        const last = chunks.at(-1);
        assert.ok(last);
        assert.equal(last.candidates?.[0]?.finishReason, 'STOP');
        assertUsage(last);
      },

      tools: (bench) => toolLoop(bench, subject.ONE_CITY, ['Paris']),
      parallelTools: (bench) => toolLoop(bench, subject.TWO_CITIES, ['Paris', 'Rome']),

      async structured(bench) {
        const answer = await client(bench).models.generateContent({
          model,
          contents: subject.PERSON,
          config: { responseMimeType: 'application/json', responseJsonSchema: PERSON_SCHEMA },
        });
        subject.assertPerson(JSON.parse(answer.text ?? ''));
        await subject.assertSchemaSent(bench);
      },

      async vision(bench) {
        const answer = await client(bench).models.generateContent({
          model: vision,
          contents: [
            {
              role: 'user',
              parts: [{ text: subject.PICTURE }, { inlineData: { mimeType: 'image/png', data: subject.PIXEL } }],
            },
          ],
        });
        assert.ok(answer.text);
        await subject.assertSawPicture(bench);
      },

      async reasoning(bench) {
        const request = {
          contents: subject.CAPITAL.question,
          config: { thinkingConfig: { includeThoughts: true, thinkingBudget: 1024 } },
        };
        const whole = await client(bench).models.generateContent({ model, ...request });
        subject.assertThought(thoughtOf([whole]), whole.text);
        assert.ok(whole.usageMetadata?.thoughtsTokenCount);
        await subject.assertThinkingAsked(bench);
        assert.equal(thoughtOf(await streamOf(bench, request)), thoughtOf([whole]));
      },

      async error(bench) {
        const unknown = await subject.failureOf(
          client(bench).models.generateContent({ model: `${upstream}/${subject.UNKNOWN_MODEL}`, contents: 'Hello' }),
        );
        assert.ok(unknown instanceof ApiError, String(unknown));
        assert.equal(unknown.status, 404);
        assert.match(unknown.message, /no-such-model/);
        assert.match(unknown.message, /NOT_FOUND/);
        const bad = await subject.failureOf(
          client(bench).models.generateContent({
            model,
            contents: 'Hello',
            config: { temperature: subject.BAD_TEMPERATURE },
          }),
        );
        assert.ok(bad instanceof ApiError, String(bad));
        assert.equal(bad.status, 400);
        assert.match(bad.message, /temperature/);
        assert.match(bad.message, /INVALID_ARGUMENT/);
      },

      abort: (bench) =>
        subject.assertAborts(bench, async () => {
          const controller = new AbortController();
          const stream = await client(bench).models.generateContentStream({
            model,
            contents: subject.STORY,
            config: { abortSignal: controller.signal },
          });
          await subject.failureOf(
            (async () => {
              for await (const chunk of stream) if (chunk.text) controller.abort();
            })(),
          );
        }),

      async countTokens(bench) {
        const count = async (contents: string) =>
          (await client(bench).models.countTokens({ model, contents })).totalTokens;
        subject.assertCounts(await count('Hello'), await count(subject.LONG));
      },

      embeddings: notApplicable('the gateway’s Gemini dialect has no embeddings'),
    },
  };

  async function toolLoop(bench: Bench, question: string, cities: string[]): Promise<void> {
    for (const streamed of [false, true]) {
      const asked: Content = { role: 'user', parts: [{ text: question }] };
      const called = await turn(bench, [asked], streamed);
      const calls = called.flatMap((part) => part.functionCall ?? []);
      assert.deepEqual(
        calls.map((call) => call.name),
        cities.map(() => subject.WEATHER_TOOL.name),
      );
      assert.deepEqual(subject.citiesOf(calls.map((call) => call.args)), cities);
      const results = calls.map(({ id, name = '' }, index) => ({
        functionResponse: { ...(id && { id }), name, response: { output: subject.weatherIn(cities[index] ?? '') } },
      }));
      const answered = await turn(
        bench,
        [asked, { role: 'model', parts: called }, { role: 'user', parts: results }],
        streamed,
      );
      subject.assertWeather(answered.map((part) => part.text ?? '').join(''), ...cities);
    }
  }

  async function turn(bench: Bench, contents: Content[], streamed: boolean): Promise<Part[]> {
    const answers = streamed
      ? await streamOf(bench, { contents, config })
      : [await client(bench).models.generateContent({ model, contents, config })];
    return answers.flatMap((answer) => answer.candidates?.[0]?.content?.parts ?? []);
  }

  async function streamOf(
    bench: Bench,
    request: Omit<Parameters<GoogleGenAI['models']['generateContentStream']>[0], 'model'>,
  ): Promise<GenerateContentResponse[]> {
    return Array.fromAsync(await client(bench).models.generateContentStream({ model, ...request }));
  }
}

function thoughtOf(answers: readonly GenerateContentResponse[]): string {
  const parts = answers.flatMap((answer) => answer.candidates?.[0]?.content?.parts ?? []);
  return parts.map((part) => (part.thought ? part.text : '')).join('');
}

function assertUsage({ usageMetadata: usage }: GenerateContentResponse): void {
  const output = (usage?.candidatesTokenCount ?? 0) + (usage?.thoughtsTokenCount ?? 0);
  subject.assertUsage(usage?.promptTokenCount, output, usage?.totalTokenCount);
}
