import type { SandboxFault } from '../../src/gateway/providers/sandbox/sandbox-fault.js';
import { Accumulated, type Answer } from '../support/answer.js';
import { Fleet, keyValue } from '../support/fleet.js';
import { DONE, dataFrame } from '../support/sse.js';
import { within } from '../support/within.js';

const TEXT = 'one two three four five six seven eight nine ten';
const MESSAGES = [{ role: 'user', content: `Say: ${TEXT}` }];
const ask = (fleet: Fleet, body: Record<string, unknown> = {}): Promise<Answer> =>
  within(4_000, 'an answer', fleet.gateway.chat({ model: 'alpha/gpt-oss-120b', messages: MESSAGES, ...body }));

describe('Many keys', () => {
  const names = ['one', 'two', 'three', 'four', 'five'];
  let fleet: Fleet;
  afterEach(() => fleet.close());

  it('are all tried when the others have no room, whatever the number of retries', async () => {
    fleet = await Fleet.start({ providers: { alpha: { keys: names, settings: { retries: { max: 0 } } } } });
    const limited = names.slice(0, 4).map((name): SandboxFault => ({
      kind: 'rate-limit',
      quota: 'tokens',
      retryAfter: 30,
      times: 'always',
      match: { apiKey: keyValue('alpha', name) },
    }));
    fleet.sandbox('alpha').script(limited);

    for (let request = 0; request < 8; request++) expect((await ask(fleet)).status).toBe(200);

    // Each limited key was asked at most once: all requests know of its pause.
    for (const name of names.slice(0, 4)) expect(fleet.sent('alpha', name).length).toBeLessThanOrEqual(1);
  });
});

describe("A key's quota", () => {
  let fleet: Fleet;
  afterEach(() => fleet.close());

  it('is kept here: what would be refused is refused at once, with the exact wait, and never sent', async () => {
    fleet = await Fleet.start({
      providers: { alpha: { sandbox: { limits: { requests: { minute: 2 } } } } },
      settings: { routing: { quota_queue: { max_wait_ms: 10 } } },
    });
    const answers = [await ask(fleet), await ask(fleet), await ask(fleet)];

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    const refused = answers[2];
    expect(refused?.error).toMatchObject({ code: 'rate_limit_exceeded', type: 'requests' });
    const wait = Number(refused?.headers['retry-after-ms']);
    expect(wait).toBeGreaterThan(20_000);
    expect(wait).toBeLessThanOrEqual(30_000);
    expect(fleet.counts).toEqual({ alpha: 2 });
  });
});

describe('A route with resume: verified', () => {
  let fleet: Fleet;
  beforeEach(async () => {
    const targets = ['alpha/gpt-oss-120b', 'beta/gpt-oss-120b'];
    fleet = await Fleet.start({
      providers: { alpha: {}, beta: {} },
      settings: { routes: { sure: { targets, resume: 'verified' } } },
    });
  });
  afterEach(() => fleet.close());
  const stream = (): Promise<Answer> => ask(fleet, { model: 'sure', stream: true, seed: 7, temperature: 0 });

  it('continues a broken answer with one that begins with exactly what was sent', async () => {
    fleet.sandbox('alpha').script({ kind: 'cut', afterFrames: 9 });
    const answer = await stream();

    expect(answer.endsWithDone).toBe(true);
    expect(new Accumulated(answer.chunks)).toMatchObject({ content: TEXT, finish: 'stop', finishes: 1 });
    expect(new Set(answer.chunks.map(({ id }) => id)).size).toBe(1);
    expect(fleet.counts).toEqual({ alpha: 1, beta: 1 });
  });

  it('ends with the honest error when the second answer says something else', async () => {
    const piece = (delta: unknown, rest: object = {}): string =>
      dataFrame({ id: 'x', created: 1, model: 'm', choices: [{ index: 0, delta, ...rest }] });
    fleet.sandbox('alpha').script({ kind: 'cut', afterFrames: 9 });
    const frames = [
      piece({ role: 'assistant' }),
      piece({ content: 'Something else.' }),
      piece({}, { finish_reason: 'stop' }),
      DONE,
    ];
    fleet.sandbox('beta').script({ kind: 'raw-frames', frames });
    const answer = await stream();

    expect(answer.text).not.toContain('[DONE]');
    expect(answer.text).not.toContain('Something else');
    expect(answer.chunks.at(-1)).toMatchObject({ error: { code: 'upstream_truncated' } });
    expect(fleet.counts).toEqual({ alpha: 1, beta: 1 });
  });
});
