import * as fc from 'fast-check';
import { ManualClock } from '../../../../common/time/manual-clock.js';
import { CerebrasQuotas } from './cerebras-quotas.js';
import type { QuotaRefusal, QuotaReservation } from './quota.port.js';

interface Outcome {
  name: string;
  at: number;
  room?: QuotaReservation;
  refusal?: QuotaRefusal;
}

function story({ tokens = 6_000, maxQueue = 256, keys = ['main'] } = {}) {
  const clock = new ManualClock();
  const quotas = new CerebrasQuotas(clock, { limitsOf: () => ({ uncachedTokensPerMinute: tokens }), maxQueue });
  const outcomes: Outcome[] = [];
  const ask = (name: string, caller: string, size: number, maxWaitMs = 60_000): (() => void) =>
    quotas.admit({
      model: 'gpt-oss-120b',
      keys,
      caller,
      estimate: { promptTokens: size, completionTokens: 0 },
      maxWaitMs,
      granted: (room) => outcomes.push({ name, at: clock.now(), room }),
      refused: (refusal) => outcomes.push({ name, at: clock.now(), refusal }),
    });
  const granted = (): string[] => outcomes.filter(({ room }) => room).map(({ name }) => name);
  return { clock, quotas, outcomes, ask, granted };
}

describe('QuotaQueue', () => {
  it('grants at once while there is room, from the first key that has it', () => {
    const { ask, outcomes } = story({ keys: ['a', 'b'] });
    ask('1', 'ada', 6_000);
    ask('2', 'ada', 6_000);
    expect(outcomes.map(({ name, at, room }) => [name, at, room?.key])).toEqual([
      ['1', 0, 'a'],
      ['2', 0, 'b'],
    ]);
  });

  it('grants the moment the room is there', () => {
    const { ask, clock, outcomes } = story();
    ask('1', 'ada', 6_000);
    ask('2', 'ada', 500);
    ask('3', 'ada', 100);
    clock.advance(60_000);
    expect(outcomes.map(({ name, at }) => [name, Math.round(at)])).toEqual([
      ['1', 0],
      ['2', 5_000],
      ['3', 6_000],
    ]);
    expect(clock.pending).toBe(0);
  });

  it('refuses at once, with the exact wait, what cannot be served in time', () => {
    const { ask, outcomes, quotas } = story();
    ask('1', 'ada', 6_000);
    ask('2', 'ada', 1_000, 9_999);
    expect(outcomes[1]?.refusal).toEqual({ waitMs: 10_000, limit: 'tokens-minute', why: 'too long' });
    ask('3', 'ada', 1_000, 10_000);
    expect(quotas.waiting).toBe(1);
    // 1,000 tokens of its own behind 1,000 of the one that waits.
    ask('4', 'ada', 1_000, 19_999);
    expect(outcomes[2]?.refusal).toEqual({ waitMs: 20_000, limit: 'queue', why: 'too long' });
  });

  it('refuses for ever what is larger than every limit', () => {
    const { ask, outcomes } = story();
    ask('1', 'ada', 6_001);
    expect(outcomes[0]?.refusal).toMatchObject({ waitMs: Number.POSITIVE_INFINITY, why: 'too large' });
  });

  it('refuses at the deadline the one whose room another took', () => {
    const { ask, clock, outcomes, quotas } = story();
    ask('1', 'ada', 6_000);
    ask('2', 'ada', 500, 6_000);
    clock.advance(2_500);
    // Somebody who does not queue, such as a probe, takes what there is.
    quotas.of('main', 'gpt-oss-120b').tryReserve({ promptTokens: 200, completionTokens: 0 });
    clock.advance(10_000);
    expect(outcomes[1]).toMatchObject({ name: '2', refusal: { why: 'too long' } });
    expect(outcomes[1]?.at).toBeLessThanOrEqual(6_000);
    expect(quotas.waiting).toBe(0);
  });

  it('has a bound', () => {
    const { ask, outcomes } = story({ maxQueue: 2 });
    ask('1', 'ada', 6_000);
    ask('2', 'ada', 100);
    ask('3', 'bob', 100);
    ask('4', 'cy', 100);
    expect(outcomes.at(-1)).toMatchObject({ name: '4', refusal: { why: 'queue full', waitMs: 3_000 } });
  });

  it('may be none', () => {
    const { ask, outcomes } = story({ maxQueue: 0 });
    ask('1', 'ada', 6_000);
    ask('2', 'ada', 100);
    expect(outcomes.at(-1)).toMatchObject({ name: '2', refusal: { why: 'queue full', waitMs: 1_000 } });
  });

  it('lets callers take turns', () => {
    const { ask, clock, granted } = story();
    ask('first', 'ada', 6_000);
    for (const name of ['a1', 'a2', 'a3', 'a4']) ask(name, 'ada', 100);
    for (const name of ['b1', 'b2']) ask(name, 'bob', 100);
    ask('c1', 'cy', 100);
    clock.advance(60_000);
    expect(granted()).toEqual(['first', 'a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4']);
  });

  it('gives the place of one that leaves to the next', () => {
    const { ask, clock, granted, quotas } = story();
    ask('1', 'ada', 6_000);
    const leave = ask('2', 'ada', 5_000);
    ask('3', 'bob', 100);
    clock.advance(2_000);
    leave();
    expect(granted()).toEqual(['1', '3']);
    expect(quotas.waiting).toBe(0);
    leave();
  });

  it('serves as soon as an answer gives back what it did not use', () => {
    const { ask, clock, outcomes, granted } = story();
    ask('1', 'ada', 6_000);
    ask('2', 'ada', 3_000);
    clock.advance(1_000);
    outcomes[0]?.room?.settle({ promptTokens: 50, cachedTokens: 0, completionTokens: 0 });
    expect(granted()).toEqual(['1', '2']);
    expect(clock.pending).toBe(0);
  });

  it('is fair and keeps the order of each caller, whoever asks when', () => {
    const request = fc.record({ caller: fc.constantFrom('ada', 'bob', 'cy', 'dan'), gapMs: fc.nat(400) });
    fc.assert(
      fc.property(fc.array(request, { maxLength: 60 }), (requests) => {
        const { ask, clock, outcomes, quotas } = story();
        ask('drain', 'nobody', 6_000);
        outcomes.length = 0;
        const turns = new Turns();
        for (const [index, { caller, gapMs }] of requests.entries()) {
          const name = `${caller}-${index}`;
          turns.waits(caller, name);
          ask(name, caller, 100, 3_600_000);
          for (const outcome of outcomes.splice(0)) turns.served(outcome.name);
          clock.advance(gapMs);
          for (const outcome of outcomes.splice(0)) turns.served(outcome.name);
        }
        clock.advance(3_600_000);
        for (const outcome of outcomes) turns.served(outcome.name);
        expect(turns.wrongs).toEqual([]);
        expect(turns.left).toEqual([]);
        expect([quotas.waiting, clock.pending]).toEqual([0, 0]);
      }),
    );
  });

  it('answers everyone exactly once, by the deadline', () => {
    const request = fc.record({
      caller: fc.nat(3),
      size: fc.nat(7_000),
      maxWaitMs: fc.nat(30_000),
      gapMs: fc.nat(3_000),
      leaves: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(request, { maxLength: 40 }), (requests) => {
        const { ask, clock, outcomes, quotas } = story({ maxQueue: 5 });
        const deadlines = new Map<string, number>();
        const left = new Set<string>();
        for (const [index, { caller, size, maxWaitMs, gapMs, leaves }] of requests.entries()) {
          const name = String(index);
          deadlines.set(name, clock.now() + maxWaitMs);
          const leave = ask(name, String(caller), size, maxWaitMs);
          clock.advance(gapMs);
          if (leaves && !outcomes.some((outcome) => outcome.name === name)) {
            leave();
            left.add(name);
          }
        }
        clock.advance(60_000);
        const names = outcomes.map(({ name }) => name);
        expect(new Set(names).size).toBe(names.length);
        expect(names.length + left.size).toBe(requests.length);
        for (const { name, at } of outcomes) expect(at).toBeLessThanOrEqual((deadlines.get(name) ?? 0) + 1);
        expect(quotas.waiting).toBe(0);
        expect(clock.pending).toBe(0);
      }),
    );
  });
});

/** Who waits, and how often each was overtaken by each other since its last turn. */
class Turns {
  readonly wrongs: string[] = [];
  private readonly lines = new Map<string, string[]>();
  private readonly overtaken = new Map<string, Map<string, number>>();

  get left(): string[] {
    return [...this.lines.values()].flat();
  }

  waits(caller: string, name: string): void {
    this.lines.set(caller, [...(this.lines.get(caller) ?? []), name]);
  }

  served(name: string): void {
    const caller = name.split('-')[0] ?? '';
    const first = this.lines.get(caller)?.shift();
    if (first !== name) this.wrongs.push(`${name} came before ${first}`);
    this.overtaken.delete(caller);
    for (const [other, line] of this.lines) if (other !== caller && line.length > 0) this.overtakes(caller, other);
  }

  private overtakes(caller: string, other: string): void {
    const counts = this.overtaken.get(other) ?? new Map<string, number>();
    const times = (counts.get(caller) ?? 0) + 1;
    counts.set(caller, times);
    this.overtaken.set(other, counts);
    if (times > 1) this.wrongs.push(`${caller} had two turns while ${other} waited`);
  }
}
