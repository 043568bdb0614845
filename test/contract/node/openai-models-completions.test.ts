import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type OpenAI from 'openai';
import { PLAIN_MODEL, REASONING_MODEL, UNKNOWN_MODEL, VISION_MODEL } from '../support/fixtures.ts';
import { OPENAI_SDKS } from '../support/openai-clients.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack();
const prompt = 'The capital of France is';

for (const { name, client, sdk } of OPENAI_SDKS) {
  describe(`models with ${name}`, () => {
    const openai = () => client(stack.v1, { maxRetries: 0 });

    it('lists the models under their route names', async () => {
      const models = await Array.fromAsync(openai().models.list());
      const ids = models.map((model) => model.id);
      for (const id of [REASONING_MODEL, PLAIN_MODEL, VISION_MODEL])
        assert.ok(ids.includes(id), `${id} in ${ids.join(', ')}`);
      assert.equal(new Set(ids).size, ids.length);
      for (const model of models) assertModel(model);
    });

    it('retrieves a model by its route name', async () => {
      const model = await openai().models.retrieve(REASONING_MODEL);
      assertModel(model);
      assert.equal(model.id, REASONING_MODEL);
    });

    it('does not find a model that is not there', async () => {
      await assert.rejects(openai().models.retrieve(UNKNOWN_MODEL), (error) => {
        assert.ok(error instanceof sdk.NotFoundError);
        assert.equal(error.code, 'model_not_found');
        assert.equal(error.param, 'model');
        assert.match(error.message, /no-such-model/);
        return true;
      });
    });
  });

  describe(`text completions with ${name}`, () => {
    const openai = () => client(stack.v1, { maxRetries: 0 });

    it('gets a whole completion', async () => {
      const completion = await openai().completions.create({
        model: PLAIN_MODEL,
        prompt,
        max_tokens: 32,
        temperature: 0.7,
        top_p: 1,
        stop: ['\n'],
      });
      assert.equal(completion.object, 'text_completion');
      assert.ok(completion.choices[0]?.text);
      assert.match(completion.choices[0].finish_reason, /^(stop|length)$/);
      assert.equal(completion.choices[0].logprobs, null);
      assert.ok(completion.usage && completion.usage.completion_tokens <= 32);
      const [request] = await stack.sandbox.requests('/v1/completions');
      assert.deepEqual(
        [request?.body['prompt'], request?.body['max_tokens'], request?.body['temperature'], request?.body['stop']],
        [prompt, 32, 0.7, ['\n']],
      );
    });

    it('streams the same text, usage when asked for', async () => {
      const whole = await openai().completions.create({ model: PLAIN_MODEL, prompt });
      const body = { model: PLAIN_MODEL, prompt, stream: true, stream_options: { include_usage: true } } as const;
      const chunks = await Array.fromAsync(await openai().completions.create(body));
      assert.ok(chunks.every((chunk) => chunk.object === 'text_completion'));
      assert.equal(chunks.map((chunk) => chunk.choices[0]?.text ?? '').join(''), whole.choices[0]?.text);
      assert.deepEqual(chunks.at(-1)?.choices, []);
      assert.equal(chunks.at(-1)?.usage?.prompt_tokens, whole.usage?.prompt_tokens);
      const finishes = chunks.slice(0, -1).map((chunk) => chunk.choices[0]?.finish_reason);
      assert.deepEqual(
        finishes.filter((finish) => finish !== null),
        [whole.choices[0]?.finish_reason],
      );
    });

    it('numbers the choices of several prompts', async () => {
      const completion = await openai().completions.create({ model: PLAIN_MODEL, prompt: ['One', 'Two'], n: 2 });
      assert.deepEqual(
        completion.choices.map((choice) => choice.index),
        [0, 1, 2, 3],
      );
    });
  });
}

function assertModel(model: OpenAI.Model): void {
  assert.equal(model.object, 'model');
  assert.ok(Number.isInteger(model.created));
  assert.equal(typeof model.owned_by, 'string');
}
