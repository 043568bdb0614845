import { Logger } from '@nestjs/common';
import * as fc from 'fast-check';
import {
  claim,
  type CountersNode,
  type CountersWorld,
  lease,
  randomScope,
  WORLDS,
} from '../../../test/support/counters.js';
import type { Claim, Standing } from './counters.port.js';

/** Nothing slides out while a run lasts. */
const WINDOW_MS = 3_600_000;
const CLAIMS: readonly Claim[] = [
  claim({ counter: 'hard', limit: 1_000 }),
  claim({ counter: 'rolling', limit: 800, windowMs: WINDOW_MS }),
  claim({ counter: 'soft', limit: 100, soft: true }),
  claim({ counter: 'tokens', kind: 'rate', limit: 900, windowMs: WINDOW_MS }),
  claim({ counter: 'concurrency', kind: 'concurrency', limit: 4 }),
];
const HARD = CLAIMS.map(({ soft }) => !soft);

type Step =
  | { readonly do: 'admit'; readonly amounts: readonly number[] }
  | { readonly do: 'extend'; readonly which: number; readonly amounts: readonly number[] }
  /** Parts of what is held that were used, in percent. */
  | { readonly do: 'settle'; readonly which: number; readonly percent: number }
  | { readonly do: 'die' };

const AMOUNTS = fc.tuple(
  fc.integer({ min: 0, max: 400 }),
  fc.integer({ min: 0, max: 300 }),
  fc.integer({ min: 0, max: 60 }),
  fc.integer({ min: 0, max: 300 }),
  fc.constantFrom(1, 1, 1, 0),
);
const WHICH = fc.nat({ max: 30 });
const STEP: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('admit' as const), amounts: AMOUNTS }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('extend' as const), which: WHICH, amounts: AMOUNTS }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      which: WHICH,
      percent: fc.integer({ min: 0, max: 100 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('die' as const) }) },
);

interface Call {
  readonly id: string;
  readonly held: number[];
  state: 'open' | 'late' | 'settled';
  actual: number[];
}

/** What the counters have to say, told in the plainest way. */
class Model {
  readonly calls: Call[] = [];

  /** By claim, used and held. */
  standings(): number[][] {
    return CLAIMS.map(({ kind }, index) => {
      let [used, held] = [0, 0];
      for (const call of this.calls) {
        if (call.state === 'settled') used += kind === 'concurrency' ? 0 : (call.actual[index] ?? 0);
        else if (call.state === 'open') held += call.held[index] ?? 0;
        else used += kind === 'concurrency' ? 0 : (call.held[index] ?? 0);
      }
      return [used, held];
    });
  }

  fits(amounts: readonly number[], isExtension: boolean): boolean {
    return this.standings().every(([used = 0, held = 0], index) => {
      const amount = amounts[index] ?? 0;
      return !HARD[index] || (isExtension && amount === 0) || used + held + amount <= (CLAIMS[index]?.limit ?? 0);
    });
  }

  call(which: number): Call | undefined {
    return this.calls[which % Math.max(1, this.calls.length)];
  }
}

interface Decided {
  readonly counters: boolean | undefined;
  readonly model: boolean | undefined;
}

const NOTHING: Decided = { counters: undefined, model: undefined };

class Run {
  readonly model = new Model();
  private readonly scope = randomScope();

  private constructor(
    private readonly world: CountersWorld,
    private node: CountersNode,
  ) {}

  static async of(world: CountersWorld): Promise<Run> {
    return new Run(world, await world.node());
  }

  /** @returns what the counters and the model decided */
  async take(step: Step): Promise<Decided> {
    if (step.do === 'admit') return this.admit(step.amounts);
    if (step.do === 'extend') return this.extend(step.which, step.amounts);
    if (step.do === 'settle') await this.settle(step.which, step.percent);
    else await this.die();
    return NOTHING;
  }

  async standings(): Promise<readonly Standing[]> {
    return this.node.counters.read(this.scope, CLAIMS);
  }

  end(): void {
    this.node.abandon();
  }

  private claims(amounts: readonly number[]): Claim[] {
    return CLAIMS.map((one, index) => claim({ ...one, amount: amounts[index] ?? 0 }));
  }

  private async admit(amounts: readonly number[]): Promise<Decided> {
    const id = `call ${this.model.calls.length}`;
    const fits = this.model.fits(amounts, false);
    const verdict = await this.node.counters.admit(lease(this.scope, id, this.claims(amounts)));
    if (fits) this.model.calls.push({ id, held: [...amounts], state: 'open', actual: [] });
    return { counters: verdict.admitted, model: fits };
  }

  private async extend(which: number, amounts: readonly number[]): Promise<Decided> {
    const call = this.model.call(which);
    if (call?.state !== 'open') return NOTHING;
    const fits = this.model.fits(amounts, true);
    const verdict = await this.node.counters.extend(lease(this.scope, call.id, this.claims(call.held)), amounts);
    if (fits) for (const [index, amount] of amounts.entries()) call.held[index] = (call.held[index] ?? 0) + amount;
    return { counters: verdict.admitted, model: fits };
  }

  /** Of an open, an expired or a settled call. */
  private async settle(which: number, percent: number): Promise<void> {
    const call = this.model.call(which);
    if (!call) return;
    const actual = call.held.map((amount) => Math.floor((amount * percent) / 100));
    this.node.counters.settle(lease(this.scope, call.id, this.claims(call.held)), actual);
    await this.node.settled();
    if (call.state === 'settled') return;
    call.state = 'settled';
    call.actual = actual;
  }

  /** The node is killed, and another takes its place once its leases have expired. */
  private async die(): Promise<void> {
    this.node.abandon();
    await this.world.pass(this.world.leaseMs + 20);
    this.node = await this.world.node();
    for (const call of this.model.calls) if (call.state === 'open') call.state = 'late';
  }
}

beforeAll(() => Logger.overrideLogger(false));

describe.each(WORLDS)('Counters in %s', (name, describeHere, makeWorld) => {
  describeHere('whatever happens', () => {
    it('never pass a hard limit, and count each call once', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(STEP, { minLength: 1, maxLength: 40 }), async (steps) => {
          const run = await Run.of(makeWorld());
          try {
            for (const step of steps) {
              const decided = await run.take(step);
              expect(decided.counters).toBe(decided.model);
              const standings = await run.standings();
              expect(standings.map(({ used, held }) => [used, held])).toEqual(run.model.standings());
              for (const [index, { used, held, limit }] of standings.entries()) {
                expect(Math.min(used, held)).toBeGreaterThanOrEqual(0);
                expect(HARD[index] ? used + held : 0).toBeLessThanOrEqual(limit);
              }
            }
          } finally {
            run.end();
          }
        }),
        // An expired lease takes real time on Redis.
        { numRuns: name === 'Redis' ? 12 : 300, endOnFailure: name === 'Redis' },
      );
    }, 60_000);
  });
});
