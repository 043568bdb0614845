import { Fleet } from '../support/fleet.js';
import { report, steady } from '../support/load.js';
import { within } from '../support/within.js';

const PRIMARY = 'alpha/gpt-oss-120b';
const ROUTES = { routes: { both: { targets: [PRIMARY, 'beta/gpt-oss-120b'] } } };
const OPEN_MS = 300;
/** Timers and clocks of two sides are not exact. */
const SLACK_MS = 20;
const FAILURES = 5;
/** A day of the length is `ASBRU_FLAP_MS=60000`. */
const FLAP_MS = Number(process.env.ASBRU_FLAP_MS ?? 4_000);
const DEAD = { kind: 'status', status: 503, times: 'always' } as const;

/** How a sick upstream is treated: left alone, probed, taken back, never beaten. */
describe('Kindness to a sick upstream', () => {
  let fleet: Fleet;

  const start = async (settings: Record<string, unknown>, keys: string[] = ['main']): Promise<void> => {
    fleet = await Fleet.start({ providers: { alpha: { keys, settings }, beta: {} }, settings: ROUTES });
  };
  afterEach(() => fleet.close());

  const ask = (model: string) => within(5_000, 'an answer', fleet.gateway.chat({ model }));

  it('a dead primary sees no more than one probe for each interval', async () => {
    await start({ breaker: { open_ms: OPEN_MS } });
    fleet.sandbox('alpha').script(DEAD);
    for (let request = 0; request < FAILURES; request++) await ask('both');
    expect(fleet.sent('alpha')).toHaveLength(FAILURES);
    const statuses = new Set<number>();
    const requests = await steady(100, 2_000, async () => {
      const { status, headers } = await ask('both');
      statuses.add(status);
      expect(headers['x-asbru-provider']).toBe('beta');
    });
    expect(statuses).toEqual(new Set([200]));
    expect(fleet.sent('beta')).toHaveLength(FAILURES + requests);
    const times = fleet.sent('alpha').map(({ receivedAt }) => receivedAt);
    const probes = times.slice(FAILURES);
    report(
      `${requests} requests, ${FAILURES} failures to open, ${probes.length} probes in 2 s of ${OPEN_MS} ms intervals`,
    );
    expect(probes.length).toBeGreaterThanOrEqual(3);
    expect(probes.length).toBeLessThanOrEqual(2_000 / OPEN_MS);
    for (const [index, at] of probes.entries()) {
      expect(at - (times[FAILURES + index - 1] ?? 0)).toBeGreaterThanOrEqual(OPEN_MS - SLACK_MS);
    }
    expect(await fleet.gateway.log.lineWith('circuit breaker open')).toContain(`${PRIMARY}#main`);
  });

  it('a crowd that finds it half open sends one probe together', async () => {
    // Longer than a crowd takes on a busy machine: a second interval may have a second probe.
    await start({ breaker: { open_ms: 1_000, consecutive_failures: 1 } });
    fleet.sandbox('alpha').script(DEAD);
    await ask('both');
    expect(fleet.counts.alpha).toBe(1);
    await within(1_000, 'the breaker', fleet.gateway.log.lineWith('circuit breaker open'));
    const end = performance.now() + 5_000;
    while (fleet.counts.alpha === 1 && performance.now() < end)
      await Promise.all(Array.from({ length: 20 }, () => ask('both')));
    expect(fleet.counts.alpha).toBe(2);
  });

  it('a primary that comes back is taken back into use', async () => {
    await start({ breaker: { open_ms: 100, consecutive_failures: 1 } });
    fleet.sandbox('alpha').script({ kind: 'status', status: 503 });
    expect((await ask('both')).headers['x-asbru-provider']).toBe('beta');
    const end = performance.now() + 3_000;
    let provider: unknown = 'beta';
    while (provider === 'beta' && performance.now() < end) provider = (await ask('both')).headers['x-asbru-provider'];
    expect(provider).toBe('alpha');
    for (let request = 0; request < 5; request++) expect((await ask('both')).headers['x-asbru-provider']).toBe('alpha');
  });

  it('a target without alternatives is refused at once while it is dead, with the time of its next probe', async () => {
    await start({ breaker: { open_ms: 60_000 }, retries: { max: 0 } });
    fleet.sandbox('alpha').script(DEAD);
    for (let request = 0; request < FAILURES; request++) expect((await ask(PRIMARY)).status).toBe(503);
    const answer = await ask(PRIMARY);
    expect(answer.status).toBe(503);
    expect(answer.error.code).toBe('upstream_unavailable');
    expect(answer.headers['x-asbru-attempts']).toBe('0');
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(50);
    expect(fleet.counts).toEqual({ alpha: FAILURES, beta: 0 });
  });

  it('a slow first token counts as failed when slow_ms is set', async () => {
    await start({ breaker: { open_ms: 60_000, consecutive_failures: 2, slow_ms: 50 } });
    fleet.sandbox('alpha').script({ kind: 'slow', ms: 100, times: 2 });
    for (let request = 0; request < 2; request++) {
      const { headers } = await fleet.gateway.chat({ model: 'both', stream: true });
      expect(headers['x-asbru-provider']).toBe('alpha');
    }
    expect((await ask('both')).headers['x-asbru-provider']).toBe('beta');
  });

  it(
    'a primary that flaps: every request is answered, and the probes stay few',
    async () => {
      const phaseMs = 1_000;
      await start({ breaker: { open_ms: OPEN_MS } });
      const begin = performance.now();
      const phaseAt = (at: number): number => Math.floor(at / phaseMs);
      const deadHits = new Map<number, number>();
      const isDead = (): boolean => {
        const phase = phaseAt(performance.now() - begin);
        if (phase % 2 === 0) return false;
        deadHits.set(phase, (deadHits.get(phase) ?? 0) + 1);
        return true;
      };
      fleet.sandbox('alpha').script({ ...DEAD, match: ({ method }) => method === 'POST' && isDead() });
      const providers: Record<string, number> = {};
      const requests = await steady(50, FLAP_MS, async () => {
        const { status, headers } = await ask('both');
        expect(status).toBe(200);
        const provider = String(headers['x-asbru-provider']);
        providers[provider] = (providers[provider] ?? 0) + 1;
      });
      report(
        `${requests} requests in ${FLAP_MS} ms, failures in each dead second: ${[...deadHits.values()].join(', ')}`,
      );
      expect(deadHits.size).toBe(Math.floor(FLAP_MS / phaseMs / 2));
      for (const hits of deadHits.values())
        expect(hits).toBeLessThanOrEqual(FAILURES + Math.ceil(phaseMs / OPEN_MS) + 1);
      expect(providers.alpha).toBeGreaterThan(requests * 0.3);
      expect(providers.beta).toBeGreaterThan(0);
    },
    FLAP_MS + 5_000,
  );

  describe('retries under a dead upstream at 100 requests per second', () => {
    it.each([
      ['with the breaker', {}],
      ['by the budget alone', { breaker: { consecutive_failures: 1_000, minimum_requests: 100_000 } }],
    ])(
      'are less than a quarter of the requests (%s)',
      async (_, settings) => {
        await start({ ...settings, retries: { max: 2, base_ms: 1, max_wait_ms: 200 } }, ['one', 'two']);
        fleet.sandbox('alpha').script(DEAD);
        let attempts = 0;
        const requests = await steady(100, 3_000, async () => {
          const { status, headers } = await ask(PRIMARY);
          expect(status).toBe(503);
          attempts += Number(headers['x-asbru-attempts']);
        });
        report(`${attempts} attempts for ${requests} requests: ${(attempts / requests).toFixed(3)}`);
        expect(requests).toBeGreaterThan(290);
        expect(fleet.counts.alpha).toBe(attempts);
        expect(attempts / requests).toBeLessThan(1.25);
      },
      10_000,
    );
  });
});
