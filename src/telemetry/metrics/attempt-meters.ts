import type { Registry } from 'prom-client';
import type { AttemptCause, AttemptRecord } from '../../common/context/attempt-record.js';
import { LabelSets } from './label-sets.js';
import { type Cell, Tally } from './tally.js';

type Repeat = Exclude<AttemptCause, 'first'>;

/** The counters of upstream requests. */
export class AttemptMeters {
  /** One for each provider, key and model. */
  readonly sets: LabelSets<AttemptSet>;

  constructor(registry: Registry, maxSets: number) {
    const route = ['provider', 'model'];
    const attempts = new Tally(registry, 'asbru_attempts_total', 'Upstream requests by how they ended', [
      'provider',
      'key',
      'model',
      'outcome',
    ]);
    const repeats: Record<Repeat, Tally> = {
      retry: new Tally(registry, 'asbru_retries_total', 'Upstream requests after a failure of the same model', route),
      fallback: new Tally(
        registry,
        'asbru_fallbacks_total',
        'Upstream requests to this model instead of another',
        route,
      ),
      hedge: new Tally(registry, 'asbru_hedges_total', 'Upstream requests beside a slow one', route),
    };
    const cooldowns = new Tally(registry, 'asbru_cooldowns_total', 'Times that a key was set aside for a model', [
      'provider',
      'key',
      'model',
      'reason',
    ]);
    this.sets = new LabelSets(maxSets, ([provider = '', key = '', model = '']) => {
      return new AttemptSet({
        attempts: (outcome) => attempts.cell(provider, key, model, outcome),
        repeats: (cause) => repeats[cause].cell(provider, model),
        cooldowns: (reason) => cooldowns.cell(provider, key, model, reason),
      });
    });
  }
}

interface SetCounters {
  attempts(outcome: string): Cell;
  repeats(cause: Repeat): Cell;
  cooldowns(reason: string): Cell;
}

/** The counters of one key and model. */
class AttemptSet {
  private readonly cells = new Map<string, Cell>();

  constructor(private readonly counters: SetCounters) {}

  record({ outcome = 'cancelled', cause }: AttemptRecord): void {
    this.cell(outcome, () => this.counters.attempts(outcome)).value++;
    if (cause !== 'first') this.cell(`cause ${cause}`, () => this.counters.repeats(cause)).value++;
  }

  cooldown(reason: string): void {
    this.cell(`cooldown ${reason}`, () => this.counters.cooldowns(reason)).value++;
  }

  private cell(name: string, make: () => Cell): Cell {
    let cell = this.cells.get(name);
    if (!cell) this.cells.set(name, (cell = make()));
    return cell;
  }
}
