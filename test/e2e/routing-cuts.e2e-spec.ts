import type { Answer } from '../support/answer.js';
import { Fleet } from '../support/fleet.js';
import { crowd, report, seeded } from '../support/load.js';
import { within } from '../support/within.js';

const MODEL = 'alpha/gpt-oss-120b';
const PROMPT = 'Say: a text of some length, naïve 😀, that is cut anywhere';
const CUTS = 1_000;

const ENDPOINTS = [
  ['chat', '/v1/chat/completions', { messages: [{ role: 'user', content: PROMPT }] }],
  ['completions', '/v1/completions', { prompt: PROMPT }],
  ['responses', '/v1/responses', { input: PROMPT }],
] as const;

/** No end of the upstream's connection, wherever it comes, looks like the end of an answer. */
describe('A thousand cuts at random bytes', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    const settings = {
      retries: { max: 0 },
      // One key has to take them all.
      breaker: { consecutive_failures: 1_000, minimum_requests: 100_000 },
    };
    fleet = await Fleet.start({ providers: { alpha: { settings, sandbox: { keepRequests: 10 } } } });
  });
  afterAll(() => fleet.close());

  it.each(ENDPOINTS)(
    '%s: none ends as a success, none hangs',
    async (_, path, body) => {
      const random = seeded(CUTS);
      const send = (): Promise<Answer> =>
        within(5_000, 'the end of an answer', fleet.gateway.post(path, { model: MODEL, stream: true, ...body }));
      const whole = await send();
      expect(isSuccess(whole)).toBe(true);
      const finishAt = await finishOffset();
      const outcomes = { refused: 0, broken: 0 };
      await crowd({ count: Math.ceil(CUTS / ENDPOINTS.length), atOnce: 8 }, async (index) => {
        const atByte = Math.floor(random() * finishAt);
        fleet.sandbox('alpha').script({ kind: 'cut', atByte, how: (['end', 'close', 'reset'] as const)[index % 3] });
        const answer = await send();
        expect(isSuccess(answer)).toBe(false);
        if (answer.status === 200) outcomes.broken++;
        else outcomes.refused++;
        expect(saysWhatFailed(answer)).toBe(true);
      });
      report(`${outcomes.broken} error frames, ${outcomes.refused} refusals, 0 successes`);
      expect(outcomes.broken).toBeGreaterThan(100);
      expect(outcomes.refused).toBeGreaterThan(0);
    },
    30_000,
  );

  /** Where in the upstream's bytes the last finish reason stands: before it, no answer is whole. */
  async function finishOffset(): Promise<number> {
    const sandbox = fleet.sandbox('alpha');
    const last = fleet.sent('alpha').at(-1);
    const response = await fetch(`${sandbox.url}${last?.path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${sandbox.apiKey}` },
      body: last?.rawBody.toString('utf8'),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const at = bytes.lastIndexOf('"finish_reason":"');
    expect(at).toBeGreaterThan(100);
    return at;
  }
});

/** Whether a client would take the answer for whole. */
function isSuccess({ status, text }: Answer): boolean {
  return status === 200 && /\[DONE\]|response\.completed|response\.incomplete|"finish_reason":"/.test(text);
}

function saysWhatFailed(answer: Answer): boolean {
  if (answer.status !== 200) return answer.status === 502 && answer.error.type === 'server_error';
  const last = answer.frames.at(-1);
  return last?.event === undefined
    ? typeof (JSON.parse(last?.data ?? '{}') as { error?: { code?: unknown } }).error?.code === 'string'
    : last.event === 'response.failed' || last.event === 'error';
}
