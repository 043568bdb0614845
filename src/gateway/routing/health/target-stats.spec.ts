import * as fc from 'fast-check';
import { ManualClock } from '../../../common/time/manual-clock.js';
import { LatencyHistogram } from './latency-histogram.js';
import { TargetStats } from './target-stats.js';

function story() {
  const clock = new ManualClock();
  return { clock, stats: new TargetStats(clock) };
}

describe('TargetStats', () => {
  it('has an error rate that one failure of a quiet target does not drive to 100 %', () => {
    const { stats } = story();
    stats.failed();
    expect(stats.snapshot()).toMatchObject({ errorRate: 1 / 6, samples: 1 });
  });

  it('forgets errors by half each 10 s', () => {
    const { stats, clock } = story();
    for (let call = 0; call < 100; call++) stats.failed();
    clock.advance(10_000);
    for (let call = 0; call < 50; call++) stats.firstToken(100, 0);
    expect(stats.snapshot().errorRate).toBeCloseTo(50 / 105);
    clock.advance(60_000);
    expect(stats.snapshot().errorRate).toBeLessThan(0.15);
  });

  it('compares first tokens of prompts of different sizes', () => {
    const { stats } = story();
    stats.firstToken(100, 0);
    stats.firstToken(200, 4_000);
    stats.firstToken(600, 20_000);
    expect(stats.snapshot().firstTokenMs).toBeCloseTo(100);
  });

  it('measures speed over all tokens, and leaves out answers too short to tell', () => {
    const { stats } = story();
    stats.answered({ completionTokens: 1_000, generationMs: 500 });
    stats.answered({ completionTokens: 1_000, generationMs: 1_500 });
    stats.answered({ completionTokens: 3, generationMs: 0.1 });
    expect(stats.snapshot().tokensPerSecond).toBeCloseTo(1_000);
  });

  it('has a mean queue time', () => {
    const { stats } = story();
    stats.answered({ queueMs: 10 });
    stats.answered({ queueMs: 30 });
    expect(stats.snapshot().queueMs).toBeCloseTo(20);
  });

  it('lets a utilisation fade that nobody reports again', () => {
    const { stats, clock } = story();
    stats.utilised(1.5);
    expect(stats.snapshot().utilisation).toBe(1);
    clock.advance(15_000);
    expect(stats.snapshot().utilisation).toBeCloseTo(0.75);
    clock.advance(60_000);
    expect(stats.snapshot().utilisation).toBe(0);
  });

  it('tells when to hedge a prompt of a size, once it has seen enough', () => {
    const { stats } = story();
    for (let call = 1; call < 20; call++) stats.firstToken(call * 10, 0);
    expect(stats.firstTokenQuantile(0.95)).toBeUndefined();
    stats.firstToken(200, 0);
    const p95 = stats.firstTokenQuantile(0.95) ?? 0;
    expect(p95).toBeGreaterThan(178);
    expect(p95).toBeLessThan(202);
    expect(stats.firstTokenQuantile(0.95, 4_000)).toBeCloseTo(2 * p95);
  });
});

describe('LatencyHistogram', () => {
  it('is within 6 % of the true quantile', () => {
    const latencies = fc.array(fc.integer({ min: 2, max: 300_000 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(latencies, fc.constantFrom(0.5, 0.9, 0.95, 0.99), (all, q) => {
        const histogram = new LatencyHistogram(60_000);
        for (const ms of all) histogram.add(0, ms);
        const truth = all.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(q * all.length) - 1)] ?? 0;
        expect(Math.abs((histogram.quantile(q) ?? 0) / truth - 1)).toBeLessThan(0.062);
      }),
    );
  });

  it('follows a change, after any time', () => {
    const histogram = new LatencyHistogram(1_000);
    for (let now = 0; now < 200_000; now += 10) histogram.add(now, 50);
    expect(histogram.quantile(0.5)).toBeLessThan(55);
    for (let now = 200_000; now < 203_000; now += 10) histogram.add(now, 900);
    expect(histogram.quantile(0.5)).toBeGreaterThan(800);
    expect(histogram.count(203_000)).toBeLessThan(150);
  });

  it('has no quantile of nothing', () => {
    expect(new LatencyHistogram(1_000).quantile(0.5)).toBeUndefined();
  });
});
