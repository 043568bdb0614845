import type { SandboxFault } from '../../src/gateway/providers/sandbox/sandbox-fault.js';
import { Accumulated, type Answer } from '../support/answer.js';
import { Fleet } from '../support/fleet.js';
import { DONE, dataFrame } from '../support/sse.js';
import { within } from '../support/within.js';

const PRIMARY = 'alpha/gpt-oss-120b';
const FALLBACK = 'beta/zai-glm-4.7';
const TEXT = 'one two three four five six seven eight nine ten';
const MESSAGES = [{ role: 'user', content: `Say: ${TEXT}` }];
const IDLE_MS = 200;
const piece = (delta: unknown, rest: Record<string, unknown> = {}): string =>
  dataFrame({ id: 'c', created: 1, model: 'm', choices: [{ index: 0, delta, ...rest }] });

/** What happens to a stream once its first token is on its way to the client. */
describe('Failures after the first token', () => {
  let fleet: Fleet;

  const start = async (settings: Record<string, unknown> = {}): Promise<void> => {
    fleet = await Fleet.start({
      providers: {
        alpha: {
          keys: ['one', 'two'],
          settings: { timeouts: { first_byte_ms: 2_000, first_token_ms: 2_000, idle_ms: IDLE_MS }, ...settings },
        },
        beta: {},
      },
      settings: { routes: { both: { targets: [PRIMARY, FALLBACK] } } },
    });
  };
  afterEach(() => fleet.close());

  const ask = (body: Record<string, unknown> = {}): Promise<Answer> =>
    within(4_000, 'an answer', fleet.gateway.chat({ model: 'both', stream: true, messages: MESSAGES, ...body }));
  const faulty = (fault: SandboxFault): Promise<Answer> => {
    fleet.sandbox('alpha').script(fault);
    return ask();
  };

  /** The first words of the one answer that was begun, an error, and nothing that looks like success. */
  const expectHonest = (answer: Answer, code: string): void => {
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain('[DONE]');
    expect(answer.chunks.at(-1)).toMatchObject({ error: { code, type: expect.stringMatching(/./) } });
    const { content, finish, reasoning } = new Accumulated(answer.chunks.slice(0, -1));
    expect(finish).toBeNull();
    expect(TEXT.startsWith(content)).toBe(true);
    expect(content).not.toBe(TEXT);
    expect(content + reasoning).not.toBe('');
    expect(answer.headers).toMatchObject({ 'x-asbru-provider': 'alpha', 'x-asbru-attempts': '1' });
    expect(fleet.counts).toEqual({ alpha: 1, beta: 0 });
  };
  const expectWhole = (answer: Answer): void => {
    expect(answer.status).toBe(200);
    expect(answer.endsWithDone).toBe(true);
    expect(new Accumulated(answer.chunks)).toMatchObject({ content: TEXT, finish: 'stop', finishes: 1 });
    expect(fleet.counts).toEqual({ alpha: 1, beta: 0 });
  };

  it.each(['end', 'close', 'reset'] as const)('a cut in the middle (%s) is an error frame', async (how) => {
    await start();
    const answer = await faulty({ kind: 'cut', how });
    expectHonest(answer, how === 'end' ? 'upstream_truncated' : 'upstream_error');
  });

  it('an error of the upstream inside the stream is an error frame', async () => {
    await start();
    expectHonest(await faulty({ kind: 'stream-error', afterFrames: 6 }), 'upstream_error');
  });

  it('a stall is an error frame after the idle limit', async () => {
    await start();
    const begin = performance.now();
    expectHonest(await faulty({ kind: 'stall' }), 'upstream_timeout');
    expect(performance.now() - begin).toBeGreaterThanOrEqual(IDLE_MS - 1);
    expect(await fleet.sent('alpha')[0]?.closed).toBe('aborted');
  });

  it('comments are no progress', async () => {
    await start();
    const pings = Array.from({ length: 100 }, () => ': ping\n\n');
    const frames = [piece({ role: 'assistant' }), piece({ content: 'one ' }), ...pings];
    const begin = performance.now();
    expectHonest(await faulty({ kind: 'raw-frames', frames, gapMs: 20, ending: 'park' }), 'upstream_timeout');
    expect(performance.now() - begin).toBeLessThan(IDLE_MS + 1_000);
  });

  it('slow but steady tokens are progress', async () => {
    await start();
    const words = TEXT.match(/\S+ ?/g) ?? [];
    const frames = [...words.map((content) => piece({ content })), piece({}, { finish_reason: 'stop' }), DONE];
    const begin = performance.now();
    expectWhole(await faulty({ kind: 'raw-frames', frames, gapMs: IDLE_MS / 4 }));
    expect(performance.now() - begin).toBeGreaterThan(IDLE_MS * 2);
  });

  it('an answer that takes longer than the total limit is an error frame', async () => {
    await start({ timeouts: { idle_ms: 2_000, total_ms: 300 } });
    const frames = Array.from({ length: 100 }, (_, index) => piece({ content: index === 0 ? 'one ' : '' }));
    expectHonest(await faulty({ kind: 'raw-frames', frames, gapMs: 20 }), 'upstream_timeout');
    expect(await fleet.sent('alpha')[0]?.closed).toBe('aborted');
  });

  it('a malformed chunk fails the answer by default', async () => {
    await start();
    expectHonest(await faulty({ kind: 'extra-frame', afterFrames: 5, data: 'bad-json' }), 'upstream_invalid_response');
  });

  it('a malformed chunk as the first is a failure like any other: the next key answers', async () => {
    await start();
    fleet.sandbox('alpha').script({ kind: 'extra-frame', afterFrames: 0, data: 'bad-json' });
    const answer = await ask();
    expect(answer.endsWithDone).toBe(true);
    expect(new Accumulated(answer.chunks).content).toBe(TEXT);
    expect(answer.headers['x-asbru-attempts']).toBe('2');
    expect(fleet.counts).toEqual({ alpha: 2, beta: 0 });
  });

  it('a malformed chunk is left out and counted when the provider says so', async () => {
    await start({ malformed_chunk: 'skip' });
    const answer = await faulty({ kind: 'extra-frame', afterFrames: 5, data: 'bad-json' });
    expectWhole(answer);
    await fleet.gateway.log.lineOf(answer.headers['x-request-id']);
    const { text } = await fleet.gateway.get('/metrics');
    expect(text).toContain('asbru_malformed_chunks_total{provider="alpha",model="gpt-oss-120b"} 1');
  });

  it('a missing [DONE] is made up for', async () => {
    await start();
    expectWhole(await faulty({ kind: 'no-done' }));
  });

  it('a stream that is parked behind its usage ends at once', async () => {
    await start();
    const begin = performance.now();
    expectWhole(await faulty({ kind: 'no-done', park: true }));
    expect(performance.now() - begin).toBeLessThan(1_000);
  });

  it('a stream that is parked behind its finish reason, without usage, ends as complete', async () => {
    // Two seconds by default; the idle limit must not come first.
    await start({ timeouts: { idle_ms: 3_000, after_finish_ms: 500 } });
    const frames = [piece({ content: TEXT }), piece({}, { finish_reason: 'stop' })];
    const begin = performance.now();
    expectWhole(await faulty({ kind: 'raw-frames', frames, ending: 'park' }));
    expect(performance.now() - begin).toBeGreaterThanOrEqual(499);
    expect(performance.now() - begin).toBeLessThan(1_500);
  });

  it('a stream that is parked behind its finish reason ends before the idle limit makes it an error', async () => {
    await start();
    const frames = [piece({ content: TEXT }), piece({}, { finish_reason: 'stop' })];
    expectWhole(await faulty({ kind: 'raw-frames', frames, ending: 'park' }));
  });

  it('an answer that broke counts against its key', async () => {
    await start({ keys: [{ name: 'one', value: 'csk-alpha-one' }], breaker: { consecutive_failures: 2 } });
    for (let request = 0; request < 2; request++) {
      const answer = await faulty({ kind: 'cut', how: 'reset' });
      expect(answer.text).not.toContain('[DONE]');
    }
    const answer = await ask();
    expect(answer.endsWithDone).toBe(true);
    expect(answer.headers).toMatchObject({ 'x-asbru-provider': 'beta', 'x-asbru-attempts': '1' });
    expect(fleet.counts).toEqual({ alpha: 2, beta: 1 });
  });

  describe('accounting after a failover', () => {
    it.each([true, false])('model and usage are those of the fallback (stream: %s)', async (stream) => {
      await start();
      const body = { stream, ...(stream && { stream_options: { include_usage: true } }) };
      const direct = await ask({ ...body, model: FALLBACK });
      fleet.sandbox('alpha').script({ kind: 'status', status: 503, times: 'always' });
      const answer = await ask(body);
      const usage = usageIn(answer, stream);
      expect(usage).toMatchObject({ total_tokens: expect.any(Number) });
      expect(usage).toEqual(usageIn(direct, stream));
      expect(answer.headers).toMatchObject({ 'x-asbru-provider': 'beta', 'x-asbru-model': 'zai-glm-4.7' });
      const line = await fleet.gateway.log.lineOf(answer.headers['x-request-id']);
      expect(line).toMatchObject({
        model: 'zai-glm-4.7',
        output_tokens: (usage as { completion_tokens: number }).completion_tokens,
        tried: [{ provider: 'alpha' }, { provider: 'alpha' }, { provider: 'beta', outcome: 'ok' }],
      });
    });
  });
});

function usageIn(answer: Answer, stream: boolean): unknown {
  return stream ? answer.chunks.findLast(({ usage }) => usage)?.usage : answer.completion.usage;
}
