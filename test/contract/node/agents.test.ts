import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Agent, OpenAIProvider, Runner, tool } from '@openai/agents';
import { API_KEY, Person, PLAIN_MODEL, REASONING_MODEL, UNKNOWN_MODEL, WeatherInput } from '../support/fixtures.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack();

for (const [api, useResponses] of [
  ['Responses', true],
  ['chat completions', false],
] as const) {
  describe(`the Agents SDK over ${api}`, () => {
    const runner = () =>
      new Runner({
        modelProvider: new OpenAIProvider({ apiKey: API_KEY, baseURL: stack.v1, useResponses }),
        tracingDisabled: true,
      });

    it('answers', async () => {
      const result = await runner().run(
        new Agent({ name: 'plain', instructions: 'Be brief.', model: PLAIN_MODEL }),
        'Hello',
      );
      assert.ok(result.finalOutput);
      const { usage } = result.state;
      assert.ok(usage.inputTokens > 0 && usage.outputTokens > 0);
    });

    it('streams its answer', async () => {
      const agent = new Agent({ name: 'plain', model: REASONING_MODEL });
      const result = await runner().run(agent, 'Hello', { stream: true });
      const deltas: string[] = [];
      for await (const event of result) {
        if (event.type === 'raw_model_stream_event' && event.data.type === 'output_text_delta')
          deltas.push(event.data.delta);
      }
      await result.completed;
      assert.ok(deltas.length > 1, 'the text comes in pieces');
      assert.equal(deltas.join(''), result.finalOutput);
    });

    for (const stream of [false, true]) {
      it(`runs its tools${stream ? ' over streams' : ''}`, async () => {
        const seen: string[] = [];
        const agent = weatherAgent(seen);
        const question = 'What is the weather in Paris and in Rome?';
        const result = await finished(stream);
        assert.deepEqual(seen.toSorted(), ['Paris', 'Rome']);
        assert.ok(result);

        async function finished(streaming: boolean) {
          if (!streaming) return (await runner().run(agent, question)).finalOutput;
          const streamed = await runner().run(agent, question, { stream: true });
          await streamed.completed;
          return streamed.finalOutput;
        }
      });
    }

    it('gives a typed output', async () => {
      const agent = new Agent({ name: 'typed', model: PLAIN_MODEL, outputType: Person });
      const result = await runner().run(agent, 'Who is Ada?');
      Person.parse(result.finalOutput);
    });

    it('keeps a conversation, tool calls and reasoning in it', async () => {
      const agent = weatherAgent([]);
      const first = await runner().run(agent, 'What is the weather in Paris?');
      const second = await runner().run(agent, [...first.history, { role: 'user', content: 'Thank you.' }]);
      assert.ok(second.finalOutput);
    });

    it('is told of a model that is not there', async () => {
      const agent = new Agent({ name: 'lost', model: UNKNOWN_MODEL });
      await assert.rejects(runner().run(agent, 'Hello'), /no-such-model/);
    });
  });
}

function weatherAgent(seen: string[]) {
  const weather = tool({
    name: 'get_weather',
    description: 'The weather of a city',
    parameters: WeatherInput,
    execute: ({ city }) => {
      seen.push(city);
      return '18 degrees, sunny';
    },
  });
  return new Agent({ name: 'weather', model: REASONING_MODEL, tools: [weather] });
}
