import type { SandboxFault } from '../../src/gateway/providers/sandbox/sandbox-fault.js';
import { statusWithin } from '../support/admins.js';
import { bearer, Governed, type HeldKey, micros, MODELS } from '../support/governed.js';
import { longAnswer, longContent, longResponse } from '../support/long-answers.js';
import { frames } from '../support/sse.js';
import { within } from '../support/within.js';

const SAY = 'Say: hello';
const USER = [{ role: 'user', content: SAY }];
const CONTENTS = [{ role: 'user', parts: [{ text: SAY }] }];
/** The first 4,096 tokens of the answer fit ($0.75 for a million), and no more. */
const NARROW = '0.0035';
interface Form {
  readonly name: string;
  readonly provider: string;
  /** Of the upstream. */
  readonly answer: () => SandboxFault;
  readonly path: string;
  readonly body: object;
  /** What the stream ends with. */
  readonly ending: RegExp;
  /** What only a whole answer has. */
  readonly success: RegExp;
}

const FORMS: readonly Form[] = [
  {
    name: 'chat',
    provider: 'cerebras',
    answer: longAnswer,
    path: '/v1/chat/completions',
    body: { model: MODELS.cerebras, messages: USER, stream: true },
    ending: /^data: \{"error":\{.*"code":"budget_exceeded"/,
    success: /\[DONE\]|"finish_reason":"|"usage":\{/,
  },
  {
    name: 'responses, converted',
    provider: 'cerebras',
    answer: longAnswer,
    path: '/v1/responses',
    body: { model: MODELS.cerebras, input: SAY, stream: true },
    ending: /^event: (?:error|response\.failed)\n.*budget_exceeded/,
    success: /response\.completed/,
  },
  {
    name: 'streamGenerateContent, converted',
    provider: 'cerebras',
    answer: longAnswer,
    path: '/v1beta/models/gpt-oss-120b:streamGenerateContent?alt=sse',
    body: { contents: CONTENTS },
    ending: /^data: \{"error":\{"code":402.*BUDGET_EXCEEDED/,
    success: /"finishReason"/,
  },
  {
    name: 'responses, native',
    provider: 'openai',
    answer: longResponse,
    path: '/v1/responses',
    body: { model: 'openai/gpt-5-mini', input: SAY, stream: true },
    ending: /^event: (?:error|response\.failed)\n.*budget_exceeded/,
    success: /response\.completed/,
  },
  {
    name: 'streamGenerateContent, relayed',
    provider: 'gemini',
    answer: longContent,
    path: '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
    body: { contents: CONTENTS },
    ending: /^data: \{"error":\{"code":402.*BUDGET_EXCEEDED/,
    success: /"finishReason"/,
  },
  {
    name: 'chat of Gemini',
    provider: 'gemini',
    answer: longContent,
    path: '/v1/chat/completions',
    body: { model: MODELS.gemini, messages: USER, stream: true },
    ending: /^data: \{"error":\{.*"code":"budget_exceeded"/,
    success: /\[DONE\]|"finish_reason":"|"usage":\{/,
  },
];

describe('A streamed answer', () => {
  let governed: Governed;

  beforeAll(async () => {
    governed = await Governed.start();
    // All of them cost what Cerebras' model does, so that one budget fits all.
    for (const provider of ['openai', 'gemini']) {
      const rates = { input_usd_per_million: '0.35', output_usd_per_million: '0.75' };
      await governed.make('prices/overrides', { provider, model: '*', ...rates });
    }
  });
  afterEach(() => governed.reset());
  afterAll(() => governed.close());

  const open = (key: HeldKey, { path, body }: Form) => governed.gateway.open(path, { body, headers: bearer(key.key) });

  describe.each(FORMS)('of $name', (form) => {
    it('ends with budget_exceeded where a hard budget has no more, and is billed for what came', async () => {
      const key = await governed.keyWith({ amount_usd: NARROW });
      governed.script(form.provider, form.answer());
      const { statusCode, body } = await open(key, form);
      const text = await within(15_000, 'the end of the stream', body.text());
      expect([statusCode, text.slice(0, 300)]).toEqual([200, expect.stringMatching(/^(?:data|event): /)]);
      const last = text.trimEnd().split('\n\n').at(-1) ?? '';
      expect(last).toMatch(form.ending);
      expect(text).not.toMatch(form.success);
      const [record] = await governed.records(1, key);
      expect(record).toMatchObject({ outcome: 'budget_exceeded', usage_source: 'counted', streamed: true });
      expect(record?.output_tokens).toBeGreaterThan(3_000);
      const budget = await governed.settled(key);
      expect(micros(budget.spent_usd)).toBe(record?.cost_micros);
      expect(record?.cost_micros).toBeLessThanOrEqual(micros(NARROW));
    });

    it('is held for step by step, and ends well where there is enough', async () => {
      const key = await governed.keyWith({ amount_usd: '1.00' });
      governed.script(form.provider, form.answer());
      const { body } = await open(key, form);
      const text = await within(15_000, 'the end of the stream', body.text());
      expect(text).toMatch(form.success);
      expect(text).not.toContain('budget_exceeded');
      const [record] = await governed.records(1, key);
      expect(record).toMatchObject({ outcome: 'ok', usage_source: 'upstream' });
      expect(micros((await governed.settled(key)).spent_usd)).toBe(record?.cost_micros);
    });

    it('goes on where the budget is soft', async () => {
      const key = await governed.keyWith({ amount_usd: NARROW, mode: 'soft' });
      governed.script(form.provider, form.answer());
      const { body } = await open(key, form);
      expect(await body.text()).toMatch(form.success);
      const budget = await governed.settled(key);
      expect(micros(budget.spent_usd)).toBe((await governed.records(1, key))[0]?.cost_micros);
    });
  });

  const [chat] = FORMS;
  if (!chat) throw new Error('There is no form of chat');

  it('holds no more than its bound, which the caller set', async () => {
    const key = await governed.keyWith({ amount_usd: '0.001' });
    const body = { model: MODELS.cerebras, messages: [{ role: 'user', content: 'Say: hello' }], stream: true };
    governed.script('cerebras', { kind: 'stall', afterFrames: 2 });
    const leaving = new AbortController();
    const running = governed.gateway.open('/v1/chat/completions', {
      body: { ...body, max_completion_tokens: 1_000 },
      headers: bearer(key.key),
      signal: leaving.signal,
    });
    const answer = await running;
    const [budget] = (await governed.standing(key)).budgets;
    expect(micros(budget?.held_usd ?? '')).toBeGreaterThanOrEqual(750);
    expect(micros(budget?.held_usd ?? '')).toBeLessThan(800);
    answer.body.on('error', () => undefined);
    leaving.abort();
    await governed.settled(key);
  });

  it('that its client leaves is billed for what came, at once', async () => {
    const key = await governed.keyWith({ amount_usd: '1.00' });
    governed.script('cerebras', { kind: 'stall', afterFrames: 12 });
    const { body } = await open(key, {
      ...chat,
      body: { ...chat.body, messages: [{ role: 'user', content: `Say: ${'word '.repeat(60)}` }] },
    });
    let seen = 0;
    for await (const frame of frames(body)) if (frame.data !== undefined && ++seen === 8) break;
    const [record] = await governed.records(1, key);
    expect(record).toMatchObject({ outcome: 'cancelled', usage_source: 'counted' });
    expect(record?.output_tokens).toBeGreaterThan(5);
    expect(record?.input_tokens).toBeGreaterThan(50);
    expect(micros((await governed.settled(key)).spent_usd)).toBe(record?.cost_micros);
  });

  it.each([
    ['cut', { kind: 'cut', afterFrames: 8, how: 'end' }, 'upstream_truncated'],
    ['ended by an error', { kind: 'stream-error', afterFrames: 8 }, 'upstream_error'],
  ] as const)('that is %s is billed for what came', async (_what, fault, outcome) => {
    const key = await governed.keyWith({ amount_usd: '1.00' });
    governed.script('cerebras', fault);
    const answer = await governed.chat(key, {
      stream: true,
      messages: [{ role: 'user', content: `Say: ${'word '.repeat(60)}` }],
    });
    expect(answer.text).not.toContain('[DONE]');
    const [record] = await governed.records(1, key);
    expect(record).toMatchObject({ outcome, usage_source: 'counted', status: 200 });
    expect(record?.output_tokens).toBeGreaterThan(0);
    expect(micros((await governed.settled(key)).spent_usd)).toBe(record?.cost_micros);
  });
});

describe('Retries, fallbacks and hedges', () => {
  let governed: Governed;

  beforeAll(async () => {
    governed = await Governed.start({
      providers: {
        cerebras: { settings: { retries: { max: 2, base_ms: 1 } } },
        spare: { settings: { retries: { max: 0 } } },
      },
      settings: {
        routes: {
          both: { strategy: 'ordered', targets: [{ model: MODELS.cerebras }, { model: 'spare/gpt-oss-120b' }] },
        },
      },
    });
  });
  afterEach(() => governed.reset());
  afterAll(() => governed.close());

  const causes = async (key: HeldKey, count: number) =>
    (await governed.records(count, key)).map(({ cause, outcome, provider }) => [provider, cause, outcome]);

  it('have a row each, and only what was answered costs', async () => {
    const key = await governed.keyWith({ amount_usd: '1.00' });
    governed.script('cerebras', { kind: 'status', status: 500, times: 2 });
    expect((await governed.chat(key)).status).toBe(200);
    expect(await causes(key, 3)).toEqual([
      ['cerebras', 'first', 'upstream_error'],
      ['cerebras', 'retry', 'upstream_error'],
      ['cerebras', 'retry', 'ok'],
    ]);
    const report = (await governed.owner.get(`/admin/v1/usage?virtual_key=${key.id}`)).json() as { data: unknown[] };
    expect(report.data[0]).toMatchObject({ requests: 1, attempts: 3, failed_attempts: 2, failed_cost_micros: 0 });
    const [, , last] = await governed.records(3, key);
    expect(micros((await governed.settled(key)).spent_usd)).toBe(last?.cost_micros);
  });

  it('go on to a fallback that has a row of its own', async () => {
    const key = await governed.keyWith({ amount_usd: '1.00' });
    governed.script('cerebras', { kind: 'status', status: 500, times: 'always' });
    expect((await governed.chat(key, { model: 'both' })).status).toBe(200);
    const rows = await causes(key, 2);
    expect(rows.at(-1)).toEqual(['spare', 'fallback', 'ok']);
    expect(
      rows.slice(0, -1).every(([provider, , outcome]) => provider === 'cerebras' && outcome === 'upstream_error'),
    ).toBe(true);
    await governed.settled(key);
  });

  it('settle when the route gives up, whatever failed', async () => {
    const key = await governed.keyWith({ amount_usd: '1.00' });
    for (const name of ['cerebras', 'spare']) governed.script(name, { kind: 'status', status: 503, times: 'always' });
    await statusWithin(5_000, 503, () => governed.chat(key, { model: 'both' }));
    expect((await governed.settled(key)).spent_usd).toBe('0.00');
  });
});
