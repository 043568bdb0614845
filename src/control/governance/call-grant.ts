import type { AttemptFacts } from '../../common/context/attempt-meter.js';
import type { AttemptRecord } from '../../common/context/attempt-record.js';
import type { GatewayError } from '../../common/errors/gateway-error.js';
import type { Clock } from '../../common/time/clock.port.js';
import type { Counters, Lease, Verdict } from '../counters/counters.port.js';
import type { Price, Pricing } from '../pricing/pricing.port.js';
import type { AttemptBegun, Billing, TokenCounts, UsageLedger } from '../usage/usage-ledger.port.js';
import { appliesTo } from './applies.js';
import type { TermClaim } from './claims.js';
import { costOf, type Estimate, type PricedTarget, STEP_TOKENS } from './estimate.js';
import type { Ask, Grant } from './governance.port.js';
import { budgetEnded } from './refusals.js';
import { type BilledTokens, tokensOf } from './tokens.js';

/** What a grant works with. */
export interface GrantParts {
  readonly ask: Ask;
  readonly billing: Billing;
  readonly targets: readonly PricedTarget[];
  readonly estimate: Estimate;
  readonly terms: readonly TermClaim[];
  /** Undefined when nothing binds the call. */
  readonly lease: Lease | undefined;
  readonly counters: Counters;
  readonly ledger: UsageLedger;
  readonly pricing: Pricing;
  readonly clock: Clock;
}

interface Used {
  readonly provider: string;
  readonly model: string;
  readonly tokens: TokenCounts;
  readonly cost: number;
}

/** Share of what is held at which more is asked for. */
const TOP_UP_AT = 0.8;
const CHARACTERS_PER_TOKEN = 4;

/** Bills each attempt of one run, and settles what the run held when it is over. */
export class CallGrant implements Grant {
  private readonly used: Used[] = [];
  private readonly ids = new Map<AttemptRecord, string>();
  /** Output tokens that are held, for a streamed answer that nobody bounded. */
  private heldTokens: number;
  private isAsking = false;
  private refusal: GatewayError | undefined;
  private isFinished = false;

  constructor(private readonly parts: GrantParts) {
    this.heldTokens = parts.estimate.outputTokens;
  }

  began(record: AttemptRecord): void {
    const { ask, billing, ledger, clock } = this.parts;
    const { requestId, clientRequestId, trail, operation } = ask.call;
    const id = `${requestId}.${trail.length}`;
    this.ids.set(record, id);
    ledger.begin({
      id,
      requestId,
      ...(clientRequestId !== undefined && { clientRequestId }),
      startedAt: clock.wallTime(),
      billing,
      operation,
      requestedModel: ask.model,
      provider: record.provider,
      model: record.model,
      upstreamKey: record.key,
      cause: record.cause,
      streamed: ask.streamed,
      reservedCost: this.costHeldFor(record),
      budgets: this.budgetsOf(record),
    });
  }

  ended(record: AttemptRecord, facts: AttemptFacts): void {
    const id = this.ids.get(record);
    if (id === undefined) return;
    this.ids.delete(record);
    const { estimate, ledger, clock } = this.parts;
    const outcome = record.outcome ?? 'ok';
    const { tokens: billed, source } = tokensOf(facts, outcome, estimate.inputTokens);
    const { cacheWriteLongTokens: _, ...tokens } = billed;
    const price = this.priceOf(record);
    const cost = price ? this.costOf(price, billed, source === 'none' && outcome !== 'ok') : 0;
    this.used.push({ provider: record.provider, model: record.model, tokens, cost });
    ledger.end({
      id,
      endedAt: clock.wallTime(),
      outcome,
      ...(facts.status !== undefined && { status: facts.status }),
      tokens,
      usageSource: source,
      cost,
      ...(price && { priceId: price.id }),
      ...(facts.upstreamId !== undefined && { upstreamRequestId: facts.upstreamId }),
      ...(facts.firstTokenMs !== undefined && { firstTokenMs: facts.firstTokenMs }),
    });
  }

  produced(outputLength: number): GatewayError | undefined {
    if (!this.parts.estimate.isOpen || !this.parts.lease) return undefined;
    const tokens = outputLength / CHARACTERS_PER_TOKEN;
    if (tokens < this.heldTokens * TOP_UP_AT) return undefined;
    if (this.refusal) return tokens < this.heldTokens ? undefined : this.refusal;
    this.topUp();
    return undefined;
  }

  finish(): void {
    if (this.isFinished) return;
    this.isFinished = true;
    const { lease, terms, counters, ledger } = this.parts;
    if (!lease) return;
    const actual = terms.map((term) => this.actualOf(term));
    ledger.settled({
      requestId: lease.id,
      scope: lease.scope,
      claims: lease.claims.map(({ counter, kind, amount, windowMs }) => ({ counter, kind, amount, windowMs })),
      actual,
    });
    counters.settle(lease, actual);
  }

  private topUp(): void {
    if (this.isAsking) return;
    const { lease, terms, counters, targets, ask, pricing } = this.parts;
    if (!lease) return;
    this.isAsking = true;
    const step = STEP_TOKENS * ask.choices;
    const cost = costOf(targets, 0, step, ask, pricing);
    const extra = terms.map((term) => (term.budget ? cost : 0));
    const conclude = (verdict: Verdict): void => {
      this.isAsking = false;
      if (verdict.admitted) {
        this.heldTokens += step;
        return;
      }
      const term = verdict.claim === undefined ? undefined : terms[verdict.claim];
      if (term?.budget) this.refusal = budgetEnded(term);
    };
    const verdict = counters.extend(lease, extra);
    if (verdict instanceof Promise) void verdict.then(conclude);
    else conclude(verdict);
  }

  private actualOf({ budget, limit }: TermClaim): number {
    if (budget) return this.sum((used) => (appliesTo(budget, used.provider, used.model) ? used.cost : 0));
    if (limit.metric === 'requests') return 1;
    if (limit.metric === 'concurrency') return 0;
    return this.sum(({ provider, model, tokens: { inputTokens, outputTokens } }) => {
      if (!appliesTo(limit, provider, model)) return 0;
      if (limit.metric === 'input_tokens') return inputTokens;
      return limit.metric === 'output_tokens' ? outputTokens : inputTokens + outputTokens;
    });
  }

  private sum(amount: (used: Used) => number): number {
    let total = 0;
    for (const used of this.used) total += amount(used);
    return total;
  }

  private budgetsOf({ provider, model }: AttemptRecord): AttemptBegun['budgets'] {
    return this.parts.terms.flatMap((term) =>
      term.budget && appliesTo(term.budget, provider, model)
        ? [[term.budget.id, term.windowStart, term.countsUntil] as const]
        : [],
    );
  }

  private costHeldFor(record: AttemptRecord): number {
    const { estimate, ask, pricing } = this.parts;
    const price = this.priceOf(record);
    if (!price) return 0;
    return costOf(
      [{ target: ask.targets[0] ?? NO_TARGET, price }],
      estimate.inputTokens,
      estimate.outputTokens,
      ask,
      pricing,
    );
  }

  private priceOf({ provider, model }: AttemptRecord): Price | undefined {
    return this.parts.targets.find(({ target }) => target.provider === provider && target.model === model)?.price;
  }

  /** @param isFree whether nothing was produced: a refused request costs nothing, whatever a request costs */
  private costOf(price: Price, tokens: BilledTokens, isFree: boolean): number {
    if (isFree) return 0;
    const { tier, choices, choicesIn, call } = this.parts.ask;
    return this.parts.pricing.cost(price, {
      ...tokens,
      ...(tier && { tier }),
      ...(call.operation === 'images' && { images: choicesIn?.() ?? choices }),
    });
  }
}

const NO_TARGET = { provider: '', kind: '', model: '', maxOutputTokens: undefined };
