import assert from 'node:assert/strict';
import { Agent, OpenAIProvider, Runner, tool, user } from '@openai/agents';
import { NotFoundError, BadRequestError } from 'openai';
import { API_KEY, RED_PIXEL, WeatherInput } from '../../support/fixtures.ts';
import { type Bench, type Client, notApplicable } from './client.ts';
import * as subject from './subject.ts';

const { text: model, vision } = subject.OPENAI_MODELS;
const base = '/openai/v1';

export const agents: readonly Client[] = [clientOf('Responses', true), clientOf('Chat Completions', false)];

function clientOf(api: string, useResponses: boolean): Client {
  const runner = ({ origin }: Bench) =>
    new Runner({
      modelProvider: new OpenAIProvider({ apiKey: API_KEY, baseURL: `${origin}${base}`, useResponses }),
      tracingDisabled: true,
    });

  return {
    name: `@openai/agents, ${api}`,
    package: '@openai/agents',
    base,
    upstream: 'cerebras',
    scenarios: {
      async plain(bench) {
        const agent = new Agent({ name: 'plain', instructions: 'Be brief.', model });
        const result = await runner(bench).run(agent, subject.CAPITAL.question);
        subject.assertCapital(result.finalOutput);
        const { usage } = result.state;
        subject.assertUsage(usage.inputTokens, usage.outputTokens, usage.totalTokens);
      },

      async stream(bench) {
        const result = await runner(bench).run(new Agent({ name: 'plain', model }), subject.STORY, { stream: true });
        const pieces: string[] = [];
        for await (const event of result) {
          if (event.type !== 'raw_model_stream_event') continue;
          if (event.data.type === 'output_text_delta') pieces.push(event.data.delta);
        }
        await result.completed;
        subject.assertPieces(pieces, result.finalOutput ?? '');
        const { usage } = result.state;
        subject.assertUsage(usage.inputTokens, usage.outputTokens, usage.totalTokens);
      },

      tools: (bench) => toolLoop(bench, subject.ONE_CITY, ['Paris']),
      parallelTools: (bench) => toolLoop(bench, subject.TWO_CITIES, ['Paris', 'Rome']),

      async structured(bench) {
        const agent = new Agent({ name: 'typed', model, outputType: subject.Person });
        subject.assertPerson((await runner(bench).run(agent, subject.PERSON)).finalOutput);
        await subject.assertSchemaSent(bench);
      },

      async vision(bench) {
        const agent = new Agent({ name: 'seeing', model: vision });
        const content = [
          { type: 'input_text' as const, text: subject.PICTURE },
          { type: 'input_image' as const, image: RED_PIXEL },
        ];
        assert.ok((await runner(bench).run(agent, [user(content)])).finalOutput);
        await subject.assertSawPicture(bench);
      },

      async reasoning(bench) {
        const settings = { reasoning: { effort: 'low' as const, summary: 'auto' as const } };
        const agent = new Agent({ name: 'thinking', model, modelSettings: settings });
        const result = await runner(bench).run(agent, subject.CAPITAL.question);
        const item = result.newItems.find((each) => each.type === 'reasoning_item');
        const [thought] = (useResponses ? item?.rawItem.content : item?.rawItem.rawContent) ?? [];
        subject.assertThought(thought?.text, result.finalOutput);
        await subject.assertThinkingAsked(bench);
      },

      async error(bench) {
        const lost = new Agent({ name: 'lost', model: subject.UNKNOWN_MODEL });
        const unknown = await subject.failureOf(runner(bench).run(lost, 'Hello'));
        assert.ok(unknown instanceof NotFoundError, String(unknown));
        assert.match(unknown.message, /no-such-model/);
        const hot = new Agent({
          name: 'hot',
          model: vision,
          modelSettings: { temperature: subject.BAD_TEMPERATURE },
        });
        const bad = await subject.failureOf(runner(bench).run(hot, 'Hello'));
        assert.ok(bad instanceof BadRequestError, String(bad));
        assert.match(bad.message, /temperature/);
      },

      abort: (bench) =>
        subject.assertAborts(bench, async () => {
          const controller = new AbortController();
          const agent = new Agent({ name: 'plain', model });
          const { signal } = controller;
          const result = await runner(bench).run(agent, subject.STORY, { stream: true, signal });
          for await (const event of result) {
            const delta = event.type === 'raw_model_stream_event' && event.data.type === 'output_text_delta';
            if (delta) controller.abort();
          }
        }),

      countTokens: notApplicable('the Agents SDK has no such call'),
      embeddings: notApplicable('the Agents SDK has none'),
    },
  };

  async function toolLoop(bench: Bench, question: string, cities: string[]): Promise<void> {
    for (const stream of [false, true]) {
      const called: unknown[] = [];
      const agent = weatherAgent(called);
      const answer = stream ? await streamed(bench, agent, question) : await runner(bench).run(agent, question);
      assert.deepEqual(subject.citiesOf(called).toSorted(), cities);
      subject.assertWeather(answer.finalOutput, ...cities);
    }
  }

  async function streamed(bench: Bench, agent: Agent, question: string) {
    const result = await runner(bench).run(agent, question, { stream: true });
    await result.completed;
    return result;
  }
}

function weatherAgent(called: unknown[]): Agent {
  const weather = tool({
    ...subject.WEATHER_TOOL,
    parameters: WeatherInput,
    execute: (input) => {
      called.push(input);
      return subject.weatherIn(input.city);
    },
  });
  return new Agent({ name: 'weather', model, tools: [weather] });
}
