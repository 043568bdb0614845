import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { zodTextFormat } from 'openai/helpers/zod';
import { API_KEY, RED_PIXEL, WEATHER_PARAMETERS } from '../../support/fixtures.ts';
import { type Bench, type Client, notApplicable } from './client.ts';
import { assertOpenAiErrors } from './openai-common.ts';
import * as subject from './subject.ts';

const { text: model, vision } = subject.OPENAI_MODELS;
const base = '/openai/v1';
const client = ({ origin }: Bench) => new OpenAI({ baseURL: `${origin}${base}`, apiKey: API_KEY, maxRetries: 0 });
const tool: OpenAI.Responses.FunctionTool = {
  type: 'function',
  ...subject.WEATHER_TOOL,
  parameters: WEATHER_PARAMETERS,
  strict: true,
};

export const openAiResponses: Client = {
  name: 'openai, Responses',
  package: 'openai',
  base,
  upstream: 'cerebras',
  scenarios: {
    async plain(bench) {
      const response = await client(bench).responses.create({ model, input: subject.CAPITAL.question });
      subject.assertCapital(response.output_text);
      assert.equal(response.status, 'completed');
      assert.equal(response.model, model);
      const { usage } = response;
      subject.assertUsage(usage?.input_tokens, usage?.output_tokens, usage?.total_tokens);
    },

    async stream(bench) {
      const stream = client(bench).responses.stream({ model, input: subject.STORY });
      const pieces: string[] = [];
      stream.on('response.output_text.delta', (event) => pieces.push(event.delta));
      const response = await stream.finalResponse();
      subject.assertPieces(pieces, response.output_text);
      assert.equal(response.status, 'completed');
      subject.assertUsage(response.usage?.input_tokens, response.usage?.output_tokens);
    },

    tools: (bench) => toolLoop(bench, subject.ONE_CITY, ['Paris']),
    parallelTools: (bench) => toolLoop(bench, subject.TWO_CITIES, ['Paris', 'Rome']),

    async structured(bench) {
      const response = await client(bench).responses.parse({
        model,
        input: subject.PERSON,
        text: { format: zodTextFormat(subject.Person, 'person') },
      });
      subject.assertPerson(response.output_parsed);
      await subject.assertSchemaSent(bench);
    },

    async vision(bench) {
      const response = await client(bench).responses.create({
        model: vision,
        input: [
          {
            role: 'user',
            content: [
              { type: 'input_text', text: subject.PICTURE },
              { type: 'input_image', image_url: RED_PIXEL, detail: 'auto' },
            ],
          },
        ],
      });
      assert.ok(response.output_text);
      await subject.assertSawPicture(bench);
    },

    async reasoning(bench) {
      const response = await client(bench).responses.create({
        model,
        input: subject.CAPITAL.question,
        reasoning: { effort: 'low', summary: 'auto' },
      });
      const reasoning = response.output.find((item) => item.type === 'reasoning');
      subject.assertThought(reasoning?.summary[0]?.text, response.output_text);
      assert.ok(response.usage?.output_tokens_details.reasoning_tokens);
      await subject.assertThinkingAsked(bench);
    },

    error: (bench) =>
      assertOpenAiErrors((extra) => client(bench).responses.create({ model, input: 'Hello', ...extra })),

    abort: (bench) =>
      subject.assertAborts(bench, async () => {
        const stream = await client(bench).responses.create({ model, input: subject.STORY, stream: true });
        for await (const event of stream) {
          if (event.type === 'response.output_text.delta') stream.controller.abort();
        }
      }),

    async countTokens(bench) {
      const count = async (input: string) =>
        (await client(bench).responses.inputTokens.count({ model, input })).input_tokens;
      subject.assertCounts(await count('Hello'), await count(subject.LONG));
    },

    embeddings: notApplicable('the SDK’s embeddings are in the row above'),
  },
};

async function toolLoop(bench: Bench, question: string, cities: string[]): Promise<void> {
  for (const streamed of [false, true]) {
    const input: OpenAI.Responses.ResponseInputItem[] = [{ role: 'user', content: question }];
    const called = await turn(bench, input, streamed);
    const calls = called.output.flatMap((item) => ('arguments' in item && item.type === 'function_call' ? [item] : []));
    assert.deepEqual(subject.citiesOf(calls.map((call) => JSON.parse(call.arguments))), cities);
    const results = calls.map((call, index) => ({
      type: 'function_call_output' as const,
      call_id: call.call_id,
      output: subject.weatherIn(cities[index] ?? ''),
    }));
    const answered = await turn(bench, [...input, ...called.output.map(asInput), ...results], streamed);
    subject.assertWeather(answered.output_text, ...cities);
  }
}

function turn(bench: Bench, input: OpenAI.Responses.ResponseInputItem[], streamed: boolean) {
  const request = { model, input, tools: [tool] };
  const { responses } = client(bench);
  return streamed ? responses.stream(request).finalResponse() : responses.create(request);
}

/** Outputs go back as inputs: the API takes them so, and the types of the two differ. */
function asInput(item: OpenAI.Responses.ResponseOutputItem): OpenAI.Responses.ResponseInputItem {
  return item as OpenAI.Responses.ResponseInputItem;
}
