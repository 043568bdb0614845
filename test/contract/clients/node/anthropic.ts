import assert from 'node:assert/strict';
import Anthropic, { APIUserAbortError, BadRequestError, NotFoundError } from '@anthropic-ai/sdk';
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod';
import { API_KEY, WEATHER_PARAMETERS } from '../../support/fixtures.ts';
import { type Bench, type Client, notApplicable } from './client.ts';
import type { Upstream } from '../matrix.types.ts';
import * as subject from './subject.ts';

const base = '/anthropic';
const max_tokens = 4096;
const client = ({ origin }: Bench) => new Anthropic({ baseURL: `${origin}${base}`, apiKey: API_KEY, maxRetries: 0 });
const tools: Anthropic.Tool[] = [
  { ...subject.WEATHER_TOOL, input_schema: { ...WEATHER_PARAMETERS, type: 'object' as const } },
];

/** Models of Cerebras by conversion, and Anthropic's own by relay. */
export const anthropic: readonly Client[] = [
  clientOf('cerebras', subject.ANTHROPIC_MODELS),
  clientOf('anthropic', subject.ANTHROPIC_OWN),
];

function clientOf(upstream: Upstream, { text: model, vision }: { text: string; vision: string }): Client {
  const ask = (content: string) => ({ model, max_tokens, messages: [{ role: 'user' as const, content }] });

  return {
    name: '@anthropic-ai/sdk',
    package: '@anthropic-ai/sdk',
    base,
    upstream,
    scenarios: {
      async plain(bench) {
        const message = await client(bench).messages.create({ ...ask(subject.CAPITAL.question), system: 'Be brief.' });
        subject.assertCapital(textOf(message));
        assert.equal(message.stop_reason, 'end_turn');
        assert.equal(message.model, model);
        assert.ok(message._request_id);
        subject.assertUsage(message.usage.input_tokens, message.usage.output_tokens);
      },

      async stream(bench) {
        const stream = client(bench).messages.stream(ask(subject.STORY));
        const pieces: string[] = [];
        stream.on('text', (delta) => pieces.push(delta));
        const message = await stream.finalMessage();
        subject.assertPieces(pieces, textOf(message));
        assert.equal(message.stop_reason, 'end_turn');
        subject.assertUsage(message.usage.input_tokens, message.usage.output_tokens);
      },

      tools: (bench) => toolLoop(bench, subject.ONE_CITY, ['Paris']),
      parallelTools: (bench) => toolLoop(bench, subject.TWO_CITIES, ['Paris', 'Rome']),

      async structured(bench) {
        const message = await client(bench).messages.parse({
          ...ask(subject.PERSON),
          output_config: { format: zodOutputFormat(subject.Person) },
        });
        subject.assertPerson(message.parsed_output);
        await subject.assertSchemaSent(bench);
      },

      async vision(bench) {
        const message = await client(bench).messages.create({
          model: vision,
          max_tokens,
          messages: [
            {
              role: 'user',
              content: [
                { type: 'image', source: { type: 'base64', media_type: 'image/png', data: subject.PIXEL } },
                { type: 'text', text: subject.PICTURE },
              ],
            },
          ],
        });
        assert.ok(textOf(message));
        await subject.assertSawPicture(bench);
      },

      async reasoning(bench) {
        const request = {
          ...ask(subject.CAPITAL.question),
          thinking: { type: 'enabled' as const, budget_tokens: 1024 },
        };
        const whole = await client(bench).messages.create(request);
        await subject.assertThinkingAsked(bench);
        subject.assertThought(thoughtOf(whole), textOf(whole));
        const streamed = await client(bench).messages.stream(request).finalMessage();
        assert.equal(thoughtOf(streamed), thoughtOf(whole));
        subject.assertCapital(textOf(streamed));
      },

      async error(bench) {
        const hello = ask('Hello');
        const unknown = await subject.failureOf(
          client(bench).messages.create({ ...hello, model: `${upstream}/${subject.UNKNOWN_MODEL}` }),
        );
        assert.ok(unknown instanceof NotFoundError, String(unknown));
        assert.equal(unknown.type, 'not_found_error');
        assert.match(unknown.message, /no-such-model/);
        assert.ok(unknown.requestID);
        const bad = await subject.failureOf(client(bench).messages.create({ ...hello, max_tokens: -1 }));
        assert.ok(bad instanceof BadRequestError, String(bad));
        assert.equal(bad.type, 'invalid_request_error');
        assert.match(bad.message, /max_tokens/);
      },

      abort: (bench) =>
        subject.assertAborts(bench, async () => {
          const stream = client(bench).messages.stream(ask(subject.STORY));
          stream.on('text', () => stream.abort());
          assert.ok((await subject.failureOf(stream.finalMessage())) instanceof APIUserAbortError);
        }),

      async countTokens(bench) {
        const count = async (content: string) =>
          (await client(bench).messages.countTokens({ ...ask(content), tools })).input_tokens;
        subject.assertCounts(await count('Hello'), await count(subject.LONG));
      },

      embeddings: notApplicable('Anthropic’s API has none'),
    },
  };

  /** Calls, results and the answer, without and with a stream; then the SDK's own tool runner. */
  async function toolLoop(bench: Bench, question: string, cities: string[]): Promise<void> {
    for (const streamed of [false, true]) {
      const { messages } = ask(question);
      const called = await turn(bench, messages, streamed);
      assert.equal(called.stop_reason, 'tool_use');
      const calls = called.content.filter((block) => block.type === 'tool_use');
      assert.deepEqual(subject.citiesOf(calls.map((call) => call.input)), cities);
      const results = calls.map((call, index) => ({
        type: 'tool_result' as const,
        tool_use_id: call.id,
        content: subject.weatherIn(cities[index] ?? ''),
      }));
      const answered = await turn(
        bench,
        [...messages, { role: 'assistant', content: called.content }, { role: 'user', content: results }],
        streamed,
      );
      assert.equal(answered.stop_reason, 'end_turn');
      subject.assertWeather(textOf(answered), ...cities);
    }
  }

  function turn(bench: Bench, messages: Anthropic.MessageParam[], streamed: boolean): Promise<Anthropic.Message> {
    const request = { model, max_tokens, messages, tools };
    const api = client(bench).messages;
    return streamed ? api.stream(request).finalMessage() : api.create(request);
  }
}

function textOf({ content }: { content: readonly Anthropic.ContentBlock[] }): string {
  return content.map((block) => (block.type === 'text' ? block.text : '')).join('');
}

function thoughtOf({ content }: { content: readonly Anthropic.ContentBlock[] }): string {
  return content.map((block) => (block.type === 'thinking' ? block.thinking : '')).join('');
}
