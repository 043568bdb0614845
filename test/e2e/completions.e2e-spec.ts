import type { TextCompletion } from '../../src/gateway/openai/completion.types.js';
import type { Answer } from '../support/answer.js';
import { startGateway, type TestGateway } from '../support/gateway.js';

describe('Completions', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway({ env: { ASBRU_MAX_RETRIES: '0' } });
  });

  afterAll(() => gateway.close());
  beforeEach(() => gateway.reset());

  const chunksOf = (answer: Answer) => answer.chunksAs<TextCompletion>();
  const textOf = (answer: Answer, index = 0): string =>
    chunksOf(answer)
      .flatMap(({ choices }) => choices)
      .filter((choice) => choice.index === index)
      .map(({ text }) => text)
      .join('');

  it('has what OpenAI requires', async () => {
    const answer = await gateway.text();
    expect(answer.status).toBe(200);
    expect(answer.textCompletion).toMatchObject({
      id: expect.stringMatching(/./),
      object: 'text_completion',
      created: expect.any(Number),
      model: 'gpt-oss-120b',
      choices: [{ index: 0, text: ' Paris.', logprobs: null, finish_reason: 'stop' }],
      usage: {
        prompt_tokens: expect.any(Number),
        completion_tokens: expect.any(Number),
        total_tokens: expect.any(Number),
      },
    });
    expect(gateway.sent[0]?.path).toBe('/v1/completions');
  });

  it('#72 several prompts with n choices have the index prompt * n + choice', async () => {
    const body = { prompt: ['The capital of France is', 'The capital of Japan is'], n: 2 };
    const { choices } = (await gateway.text(body)).textCompletion;
    expect(choices.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(choices.map(({ text }) => text)).toEqual([' Paris.', ' Paris.', ' Tokyo.', ' Tokyo.']);
    const streamed = await gateway.text({ ...body, stream: true });
    expect(streamed.endsWithDone).toBe(true);
    expect([0, 1, 2, 3].map((index) => textOf(streamed, index))).toEqual(choices.map(({ text }) => text));
    const finishes = chunksOf(streamed).flatMap(({ choices: some }) =>
      some.filter((choice) => choice.finish_reason !== null),
    );
    expect(new Set(finishes.map(({ index }) => index))).toEqual(new Set([0, 1, 2, 3]));
    expect(finishes).toHaveLength(4);
  });

  it.each([['text'], [['one', 'two']], [[1, 2, 3]], [[[1, 2], [3]]], ['']])(
    '#72 the prompt %j is forwarded',
    async (prompt) => {
      const answer = await gateway.text({ prompt });
      expect(answer.status).toBe(200);
      expect(gateway.sentBody.prompt).toEqual(prompt);
    },
  );

  it.each([
    [[], 'prompt'],
    [[[]], 'prompt[0]'],
    [['a', 1], 'prompt[1]'],
    [[1, 'a'], 'prompt[1]'],
    [[1.5], 'prompt[0]'],
    [[-1], 'prompt[0]'],
    [{}, 'prompt'],
    [5, 'prompt'],
    [null, 'prompt'],
  ])('#72 the prompt %j is 400 and named', async (prompt, param) => {
    const answer = await gateway.text({ prompt });
    expect(answer.status).toBe(400);
    expect(answer.error.param).toBe(param);
    expect(gateway.sent).toHaveLength(0);
  });

  it('#72 suffix is 400', async () => {
    const answer = await gateway.text({ suffix: ' and so on' });
    expect(answer.status).toBe(400);
    expect(answer.error).toMatchObject({ param: 'suffix', code: 'unsupported_parameter' });
    expect(gateway.sent).toHaveLength(0);
  });

  it.each([
    ['echo', true],
    ['best_of', 2],
    ['logprobs', 2],
    ['seed', 5],
    ['max_tokens', 3],
    ['min_tokens', 1],
    ['temperature', 0],
    ['top_p', 0.5],
    ['stop', ['x']],
    ['n', 2],
    ['frequency_penalty', 1],
    ['presence_penalty', -1],
    ['logit_bias', { '5': 1 }],
    ['user', 'u'],
    ['prompt_cache_key', 'k'],
    ['return_raw_tokens', true],
  ])('#72 %s: %j is passed', async (name, value) => {
    const answer = await gateway.text({ [name]: value });
    expect(answer.status).toBe(200);
    expect(gateway.sentBody[name]).toEqual(value);
    expect(answer.filtered).toEqual([]);
  });

  it('#72 echo repeats the prompt, whole and streamed', async () => {
    const whole = (await gateway.text({ echo: true })).textCompletion.choices[0]?.text;
    expect(whole).toBe('The capital of France is Paris.');
    expect(textOf(await gateway.text({ echo: true, stream: true }))).toBe(whole);
  });

  it('raw tokens are returned, whole and streamed', async () => {
    const tokensOf = (choices: ReadonlyArray<Record<string, unknown>>) =>
      choices.flatMap(({ tokens }) => (tokens ?? []) as number[]);
    const whole = tokensOf((await gateway.text({ return_raw_tokens: true })).textCompletion.choices);
    expect(whole.length).toBeGreaterThan(0);
    const streamed = await gateway.text({ return_raw_tokens: true, stream: true });
    expect(tokensOf(chunksOf(streamed).flatMap(({ choices }) => choices))).toEqual(whole);
  });

  it('log probabilities are returned, whole and streamed', async () => {
    const whole = (await gateway.text({ logprobs: 2 })).textCompletion.choices[0]?.logprobs;
    expect(whole).toMatchObject({
      tokens: expect.arrayContaining(['.']),
      top_logprobs: expect.any(Array),
      text_offset: expect.any(Array),
    });
    const streamed = chunksOf(await gateway.text({ logprobs: 2, stream: true })).flatMap(({ choices }) => choices);
    expect(streamed.flatMap(({ logprobs }) => (logprobs?.tokens ?? []) as string[])).toEqual(whole?.tokens);
  });

  it.each([
    ['temperature', 3],
    ['n', 0],
    ['max_tokens', 0],
    ['logprobs', 6],
    ['best_of', 21],
    ['stop', ['a', 'b', 'c', 'd', 'e']],
    ['stream', 'yes'],
    ['echo', 1],
  ])('%s: %j is 400 and named', async (name, value) => {
    const answer = await gateway.text({ [name]: value });
    expect(answer.status).toBe(400);
    expect(answer.error.param).toBe(name);
  });

  it('#37 what the upstream does not have is left out and named, or refused to a strict caller', async () => {
    const answer = await gateway.text({ metadata: {}, tools: [], unknown: 1 });
    expect(answer.status).toBe(200);
    expect(answer.filtered.toSorted()).toEqual(['metadata', 'tools', 'unknown']);
    const refusal = await gateway.text({ unknown: 1 }, { 'x-asbru-strict': 'true' });
    expect(refusal.status).toBe(400);
    expect(refusal.error.param).toBe('unknown');
  });

  it('#45 seed keeps its digits', async () => {
    await gateway.post('/v1/completions', '{"model":"cerebras/gpt-oss-120b","prompt":"x","seed":9007199254740993}');
    expect(gateway.sentText).toContain('"seed":9007199254740993');
  });

  describe('streams', () => {
    const expectForm = (answer: Answer): void => {
      expect(answer.endsWithDone).toBe(true);
      const chunks = chunksOf(answer);
      expect(
        new Set(chunks.map(({ id, created, model, object }) => JSON.stringify([id, created, model, object]))).size,
      ).toBe(1);
      expect(chunks[0]?.object).toBe('text_completion');
      for (const choice of chunks.flatMap(({ choices }) => choices)) {
        expect(choice).toMatchObject({ text: expect.any(String), index: expect.any(Number) });
        expect(choice).toHaveProperty('finish_reason');
        expect(choice).toHaveProperty('logprobs');
      }
    };

    it('#73 add up to the whole answer', async () => {
      const prompt = 'Bridges are';
      const whole = (await gateway.text({ prompt })).textCompletion;
      const answer = await gateway.text({ prompt, stream: true });
      expectForm(answer);
      expect(textOf(answer)).toBe(whole.choices[0]?.text);
      const last = chunksOf(answer).at(-1);
      expect(last?.choices[0]?.finish_reason).toBe('stop');
      expect(last?.usage).toEqual(whole.usage);
    });

    it.each(['as captured', 'usage-chunk'])('#73 include_usage: one usage chunk before [DONE] (%s)', async (shape) => {
      if (shape === 'usage-chunk') gateway.sandbox.script({ kind: 'usage-chunk' });
      const answer = await gateway.text({ stream: true, stream_options: { include_usage: true } });
      const chunks = chunksOf(answer);
      expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) } });
      for (const other of chunks.slice(0, -1)) expect(other.usage).toBeNull();
      expect(answer.endsWithDone).toBe(true);
    });

    it('#73 without include_usage the numbers are on the finish chunk only', async () => {
      const chunks = chunksOf(await gateway.text({ stream: true }));
      expect(chunks.at(-1)?.usage).toMatchObject({ total_tokens: expect.any(Number) });
      for (const other of chunks.slice(0, -1)) expect(other).not.toHaveProperty('usage');
      expect(chunks.every(({ choices }) => choices.length === 1)).toBe(true);
    });

    it.each([false, true])('#73 chunks in the shape of chat (delta: %s) become text', async (delta) => {
      gateway.sandbox.script({ kind: 'chat-shape', delta });
      const answer = await gateway.text({ stream: true });
      expectForm(answer);
      expect(textOf(answer)).toBe(' Paris.');
      for (const choice of chunksOf(answer).flatMap(({ choices }) => choices))
        expect(choice).not.toHaveProperty('delta');
    });

    it('#60 a missing [DONE] is made up for', async () => {
      gateway.sandbox.script({ kind: 'no-done' });
      const answer = await gateway.text({ stream: true });
      expect(answer.endsWithDone).toBe(true);
      expect(textOf(answer)).toBe(' Paris.');
    });

    it.each(['end', 'close', 'reset'] as const)(
      '#61 an end without a finish reason (%s) is an error frame',
      async (how) => {
        gateway.sandbox.script({ kind: 'cut', how });
        const answer = await gateway.text({ stream: true, prompt: 'Once upon a time' });
        expect(answer.text).not.toContain('[DONE]');
        expect(chunksOf(answer).at(-1)).toMatchObject({ error: { type: 'server_error' } });
      },
    );
  });
});
