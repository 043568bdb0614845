import type { Clock } from '../../../../common/time/clock.port.js';
import { type CerebrasLimits, DEFAULT_COMPLETION_TOKENS } from './cerebras-limits.js';
import { CerebrasQuota } from './cerebras-quota.js';
import { PromptEstimator } from './prompt-estimator.js';
import type { QuotaNews, TellQuota } from './quota-news.js';
import { QuotaQueue } from './quota-queue.js';
import {
  isNoRoom,
  type NoRoom,
  ProviderQuota,
  type QuotaAdmission,
  type QuotaDemand,
  type QuotaEstimate,
  type QuotaReservation,
} from './quota.port.js';

export interface QuotasOptions {
  /** What is configured of the limits of a key on a model. */
  readonly limitsOf: (key: string, model: string) => CerebrasLimits;
  /** How many requests may wait for one model. */
  readonly maxQueue: number;
  /** Tells the other workers; undefined: there are none. */
  readonly tell?: (key: string, model: string, news: QuotaNews) => void;
}

/** Model names come from callers, so their number has a bound. */
const MOST_QUOTAS = 4_096;

/** The quotas of all keys and models of one Cerebras provider, and a queue for each model. */
export class CerebrasQuotas extends ProviderQuota {
  private readonly quotas = new Map<string, CerebrasQuota>();
  private readonly estimators = new Map<string, PromptEstimator>();
  private readonly queues = new Map<string, QuotaQueue<QuotaReservation>>();

  constructor(
    private readonly clock: Clock,
    private readonly options: QuotasOptions = { limitsOf: () => ({}), maxQueue: 100 },
  ) {
    super();
  }

  override get waiting(): number {
    let total = 0;
    for (const queue of this.queues.values()) total += queue.length;
    return total;
  }

  override of(key: string, model: string): CerebrasQuota {
    const id = `${model}#${key}`;
    const known = this.quotas.get(id);
    if (known) return known;
    const limits = this.options.limitsOf(key, model);
    const { tell } = this.options;
    const telling: TellQuota = tell && ((news) => tell(key, model, news));
    const quota = new CerebrasQuota(key, model, this.clock, limits, () => this.queues.get(model)?.poke(), telling);
    if (this.quotas.size >= MOST_QUOTAS) dropFirst(this.quotas);
    this.quotas.set(id, quota);
    return quota;
  }

  override promptTokens(model: string, promptBytes: number): number {
    return this.estimatorOf(model).estimate(promptBytes);
  }

  override estimate(model: string, promptBytes: number, maxTokens: number | undefined): QuotaEstimate {
    return {
      promptTokens: this.promptTokens(model, promptBytes),
      completionTokens: maxTokens ?? DEFAULT_COMPLETION_TOKENS,
    };
  }

  override learn(model: string, promptBytes: number, promptTokens: number): void {
    this.estimatorOf(model).learn(promptBytes, promptTokens);
  }

  override admit(admission: QuotaAdmission): () => void {
    const { estimate, keys, model } = admission;
    const quotas = keys.map((key) => this.of(key, model));
    return this.queueOf(model).enter({
      caller: admission.caller,
      tokens: estimate.promptTokens + estimate.completionTokens,
      maxWaitMs: admission.maxWaitMs,
      attempt: () => firstRoom(quotas, admission),
      waitBehind: (ahead) => shortestWait(quotas, admission, ahead),
      granted: (reservation) => admission.granted(reservation),
      refused: (refusal) => admission.refused(refusal),
    });
  }

  private estimatorOf(model: string): PromptEstimator {
    let estimator = this.estimators.get(model);
    if (!estimator) {
      estimator = new PromptEstimator();
      if (this.estimators.size >= MOST_QUOTAS) dropFirst(this.estimators);
      this.estimators.set(model, estimator);
    }
    return estimator;
  }

  private queueOf(model: string): QuotaQueue<QuotaReservation> {
    let queue = this.queues.get(model);
    if (!queue) {
      queue = new QuotaQueue(this.clock, this.options.maxQueue);
      for (const [name, { length }] of this.queues) {
        if (this.queues.size < MOST_QUOTAS) break;
        if (length === 0) this.queues.delete(name);
      }
      this.queues.set(model, queue);
    }
    return queue;
  }
}

/** Room of the first key that has any; else the shortest wait. */
function firstRoom(quotas: readonly CerebrasQuota[], { estimate }: QuotaAdmission): QuotaReservation | NoRoom {
  let shortest: NoRoom = { waitMs: Number.POSITIVE_INFINITY, limit: 'keys' };
  for (const quota of quotas) {
    const answer = quota.tryReserve(estimate);
    if (!isNoRoom(answer)) return answer;
    if (answer.waitMs <= shortest.waitMs) shortest = answer;
  }
  return shortest;
}

/** With several keys, those ahead are taken to share them evenly. */
function shortestWait(quotas: readonly CerebrasQuota[], { estimate }: QuotaAdmission, ahead: QuotaDemand): number {
  const share = { requests: ahead.requests / quotas.length, tokens: ahead.tokens / quotas.length };
  let shortest = Number.POSITIVE_INFINITY;
  for (const quota of quotas) shortest = Math.min(shortest, quota.waitMs(estimate, share));
  return shortest;
}

function dropFirst(map: Map<string, unknown>): void {
  for (const first of map.keys()) {
    map.delete(first);
    return;
  }
}
