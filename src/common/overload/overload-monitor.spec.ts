import { isEssential } from './essential-routes.js';
import { LoopLateness } from './loop-lateness.js';
import { OverloadMonitor, type OverloadProbe } from './overload-monitor.js';
import { judge, OverloadLevel, type OverloadSample, thresholdsFor } from './overload-policy.js';
import { ProcessProbe } from './process-probe.js';

const CALM: OverloadSample = { loopDelayMs: 1, inFlight: 3, heap: 0.2, rss: 0.2 };
const THRESHOLDS = thresholdsFor(100, 500);

/** A process whose state the test decides. */
class FakeProbe implements OverloadProbe {
  running = 0;
  start(): void {}
  stop(): void {}
  sample(): OverloadSample {
    return { ...CALM, inFlight: this.running };
  }
  inFlight(): number {
    return this.running;
  }
}

function story(random: () => number = () => 0.5) {
  const probe = new FakeProbe();
  const monitor = new OverloadMonitor(probe, THRESHOLDS, random);
  const see = (...samples: Array<Partial<OverloadSample>>): void => {
    for (const sample of samples) monitor.observe({ ...CALM, ...sample });
  };
  return { probe, monitor, see };
}

describe('The overload ladder', () => {
  it.each<[string, Partial<OverloadSample>, OverloadLevel, string | undefined]>([
    ['a calm process', {}, OverloadLevel.Normal, undefined],
    ['a delay just below the first step', { loopDelayMs: 99 }, OverloadLevel.Normal, undefined],
    ['a delay at the first step', { loopDelayMs: 100 }, OverloadLevel.Degraded, 'loop_delay'],
    ['a delay at the second', { loopDelayMs: 250 }, OverloadLevel.ShedLow, 'loop_delay'],
    ['a delay at the third', { loopDelayMs: 500 }, OverloadLevel.ShedAll, 'loop_delay'],
    ['any longer delay', { loopDelayMs: 60_000 }, OverloadLevel.ShedAll, 'loop_delay'],
    ['80 % of the requests', { inFlight: 80 }, OverloadLevel.Degraded, 'in_flight'],
    ['all of the requests', { inFlight: 100 }, OverloadLevel.ShedAll, 'in_flight'],
    ['75 % of the heap', { heap: 0.75 }, OverloadLevel.Degraded, 'heap'],
    ['85 % of the heap', { heap: 0.85 }, OverloadLevel.ShedLow, 'heap'],
    ['92 % of the heap', { heap: 0.92 }, OverloadLevel.ShedAll, 'heap'],
    ['97 % of the heap', { heap: 0.97 }, OverloadLevel.Critical, 'heap'],
    ['90 % of the container', { rss: 0.9 }, OverloadLevel.ShedAll, 'rss'],
    ['two signals at once', { loopDelayMs: 120, heap: 0.9 }, OverloadLevel.ShedLow, 'heap'],
    ['a signal without a value', { heap: Number.NaN }, OverloadLevel.Normal, undefined],
  ])('judges %s', (_, sample, level, reason) => {
    expect(judge({ ...CALM, ...sample }, THRESHOLDS)).toEqual({ level, reason });
  });

  it('scales with the two settings', () => {
    const slow = thresholdsFor(10, 2_000);
    expect(judge({ ...CALM, loopDelayMs: 500 }, slow).level).toBe(OverloadLevel.Degraded);
    expect(judge({ ...CALM, inFlight: 10 }, slow).level).toBe(OverloadLevel.ShedAll);
  });
});

describe('OverloadMonitor', () => {
  it('takes everything from a calm process', () => {
    const { monitor, see } = story();
    see({}, {});
    expect(monitor.admit()).toBe('ok');
    expect(monitor.admit('low')).toBe('ok');
    expect(monitor.isDegraded).toBe(false);
  });

  it('refuses nobody for one long pause, and everybody for a lasting one', () => {
    const { monitor, see } = story();
    see({}, { loopDelayMs: 900 });
    expect(monitor.admit()).toBe('ok');
    see({ loopDelayMs: 700 });
    expect(monitor.level).toBe(OverloadLevel.ShedAll);
    expect(monitor.admit()).toBe('shed');
    see({});
    expect(monitor.level).toBe(OverloadLevel.Normal);
    expect(monitor.admit()).toBe('ok');
    expect(monitor.shed).toEqual({ in_flight: 0, loop_delay: 1, heap: 0, rss: 0 });
  });

  it('refuses low priority first', () => {
    const { monitor, see } = story();
    see({ loopDelayMs: 300 }, { loopDelayMs: 300 });
    expect(monitor.admit('low')).toBe('shed');
    expect(monitor.admit('normal')).toBe('ok');
    expect(monitor.isDegraded).toBe(true);
  });

  it('counts requests in flight at once, between two samples, and takes more as soon as one ends', () => {
    const { monitor, probe } = story();
    probe.running = 99;
    expect(monitor.admit()).toBe('ok');
    probe.running = 100;
    expect(monitor.admit()).toBe('shed');
    probe.running = 99;
    expect(monitor.admit()).toBe('ok');
    expect(monitor.shed.in_flight).toBe(1);
  });

  it('does not refuse for requests that a sample saw and that are gone', () => {
    const { monitor, probe, see } = story();
    see({ inFlight: 100 }, { inFlight: 100 });
    probe.running = 2;
    expect(monitor.level).toBe(OverloadLevel.ShedAll);
    expect(monitor.admit()).toBe('ok');
  });

  it('still refuses for memory when requests are at their cap too', () => {
    const { monitor, probe, see } = story();
    see({ inFlight: 100, heap: 0.93 }, { inFlight: 100, heap: 0.93 });
    probe.running = 2;
    expect(monitor.admit()).toBe('shed');
    expect(monitor.shed.heap).toBe(1);
  });

  it.each([
    [0, '1', '1000'],
    [0.25, '2', '1500'],
    [0.9999, '3', '2999'],
  ])('asks a refused client to come back later (%p)', (random, seconds, ms) => {
    const error = story(() => random).monitor.refusal();
    expect(error).toMatchObject({ code: 'overloaded', status: 503, fault: 'gateway', retryable: true });
    expect(error.headers).toMatchObject({ 'retry-after': seconds, 'retry-after-ms': ms });
  });

  it('closes the connection of a tenth of the refused', () => {
    let turn = 0;
    const { monitor } = story(() => (turn++ % 20) / 20);
    const closing = Array.from({ length: 100 }, () => monitor.refusal()).filter(({ headers }) => headers.connection);
    expect(closing).toHaveLength(10);
  });

  it('starts and stops its look at this process', () => {
    const probe = new ProcessProbe(() => 7);
    const monitor = new OverloadMonitor(probe, THRESHOLDS);
    monitor.start();
    expect(probe.sample()).toMatchObject({ inFlight: 7, heap: expect.any(Number) });
    expect(probe.sample().heap).toBeLessThan(1);
    monitor.stop();
    expect(monitor.admit()).toBe('ok');
  });
});

describe('LoopLateness', () => {
  it('sees a blocked loop although no timer could run', () => {
    const lateness = new LoopLateness();
    lateness.start();
    const from = performance.now();
    const late = lateness.takeP99(from + 350);
    lateness.stop();
    expect(late).toBeGreaterThanOrEqual(300);
  });

  it('says nothing before it is started and after it is stopped', () => {
    const lateness = new LoopLateness();
    expect(lateness.takeP99(performance.now() + 5_000)).toBe(0);
    lateness.start();
    lateness.stop();
    expect(lateness.takeP99(performance.now() + 5_000)).toBe(0);
  });
});

describe('Essential routes', () => {
  it.each([
    ['/health/live', true],
    ['/health/ready', true],
    ['/metrics', true],
    ['/v1/chat/completions', false],
    ['/healthy', false],
    ['/v1/metrics', false],
    [undefined, false],
  ])('%p: %p', (route, essential) => {
    expect(isEssential(route)).toBe(essential);
  });
});
