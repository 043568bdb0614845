import { Injectable, Logger } from '@nestjs/common';
import type { CallContext } from '../../common/context/call-context.js';
import { GatewayError } from '../../common/errors/gateway-error.js';
import { Clock } from '../../common/time/clock.port.js';
import { BudgetWindows } from '../budgets/budget-window.port.js';
import { Counters, type Lease, type Verdict } from '../counters/counters.port.js';
import { KeyHolder } from '../keys/key-directory.port.js';
import { Policies, type PolicyDecision, type PolicyFacts } from '../policies/policies.port.js';
import { type Price, Pricing } from '../pricing/pricing.port.js';
import { type Billing, UsageLedger } from '../usage/usage-ledger.port.js';
import { appliesTo } from './applies.js';
import { BudgetUse } from './budget-use.js';
import { CallGrant, type GrantParts } from './call-grant.js';
import { claimsOf, type TermClaim } from './claims.js';
import { estimateOf, type PricedTarget } from './estimate.js';
import {
  type Ask,
  type AskedTarget,
  type Bounds,
  Governance,
  type Grant,
  type RuledAsk,
  type Ruling,
} from './governance.port.js';
import { limitHeaders } from './limit-headers.js';
import { BudgetReconciliation } from './reconcile/budget-reconciliation.js';
import { ledgerUnavailable, limiterUnavailable, refusalOf } from './refusals.js';

/** Of what costs nothing, whatever the model. */
const FREE: Price = { id: 'free', provider: '*', model: '*', input: 0, output: 0 };
const NO_BOUNDS: Bounds = {};
/** Who calls without a key is billed to the organisation that is always there. */
const NOBODY: Billing = { organizationId: 'org_default', levels: {}, tags: [] };

type CallFacts = Omit<PolicyFacts, 'model' | 'provider' | 'target'>;

/** Admits calls by the terms of their keys, and bills them. */
@Injectable()
export class CallGovernance extends Governance {
  private readonly logger = new Logger('Governance');
  private readonly use: BudgetUse;
  private readonly billings = new WeakMap<KeyHolder, Billing>();

  constructor(
    private readonly counters: Counters,
    private readonly ledger: UsageLedger,
    private readonly pricing: Pricing,
    private readonly windows: BudgetWindows,
    private readonly policies: Policies,
    private readonly reconciliation: BudgetReconciliation,
    private readonly clock: Clock,
  ) {
    super();
    this.use = new BudgetUse(windows, ledger, (event) => this.logger.warn(event, 'budget threshold reached'));
  }

  override rule(ask: RuledAsk): Ruling {
    const holder = holderOf(ask.call);
    if (!this.policies.has(holder)) return { fallbacks: ask.fallbacks, caps: boundsOf(holder) };
    const facts = this.factsOf(ask, holder);
    const decision = this.policies.decide({ ...facts, model: ask.model });
    noteMatched(ask.call, decision);
    if (decision.effect === 'deny') throw denied(decision);
    let caps = least(boundsOf(holder), decision.caps);
    const fallbacks: string[] = [];
    for (const name of ask.fallbacks) {
      const other = this.policies.decide({ ...facts, model: name });
      noteMatched(ask.call, other);
      if (other.effect === 'deny') continue;
      fallbacks.push(other.routeTo ?? name);
      caps = least(caps, other.caps);
    }
    return { caps, fallbacks, ...(decision.routeTo !== undefined && { routeTo: decision.routeTo }) };
  }

  override restrict<T extends AskedTarget>(
    ask: RuledAsk,
    targets: readonly T[],
    bounds: Bounds,
  ): { readonly targets: readonly T[]; readonly caps: Bounds } {
    const holder = holderOf(ask.call);
    if (targets.length === 0 || !this.policies.has(holder)) return { targets, caps: bounds };
    const facts = this.factsOf(ask, holder);
    let caps = bounds;
    let refused: PolicyDecision | undefined;
    const left = targets.filter(({ provider, model }) => {
      const decision = this.policies.decide({ ...facts, model: ask.model, provider, target: model });
      noteMatched(ask.call, decision);
      if (decision.effect === 'allow') caps = least(caps, decision.caps);
      else refused ??= decision;
      return decision.effect === 'allow';
    });
    if (left.length === 0 && refused) throw denied(refused);
    return { targets: left, caps };
  }

  override priced<T extends AskedTarget>(call: CallContext, targets: readonly T[]): readonly T[] {
    const holder = holderOf(call);
    if (!holder || holder.onUnpriced === 'allow') return targets;
    const now = this.clock.wallTime();
    const priced = targets.filter(
      (target) => !this.needsPrice(holder, target, call) || this.priceOf(target, holder, now),
    );
    if (priced.length > 0 || targets.length === 0) return priced;
    const [first] = targets;
    const what = first?.model ? `The model '${first.provider}/${first.model}'` : `A request of '${call.operation}'`;
    throw new GatewayError(
      'model_not_priced',
      `${what} has no price here, and a hard budget of this API key cannot be kept without one. An administrator can set its price, or let the key use models without.`,
      { param: 'model', headers: { 'x-should-retry': 'false' } },
    );
  }

  override admit(ask: Ask): Grant | Promise<Grant> {
    const holder = holderOf(ask.call);
    if (holder && !this.ledger.accepts) throw ledgerUnavailable();
    const now = this.clock.wallTime();
    const targets = ask.targets.map((target) => ({
      target,
      price: ask.isFree ? FREE : this.priceOf(target, holder, now),
    }));
    const estimate = estimateOf(ask, targets, this.pricing);
    const common = { ask, billing: this.billingOf(holder), targets, estimate, ...this.shared };
    if (!holder) return new CallGrant({ ...common, terms: [], lease: undefined });
    if (targets.some(isUnpriced)) ask.call.limitHeaders['x-asbru-unpriced'] = 'true';
    const terms = this.termsOf(holder, ask, estimate, now);
    if (terms.length === 0) return new CallGrant({ ...common, terms, lease: undefined });
    const lease = leaseOf(ask.call, holder, terms);
    const parts = { ...common, terms, lease };
    const verdict = this.counters.admit(lease);
    return verdict instanceof Promise
      ? verdict.then((decided) => this.conclude(decided, parts))
      : this.conclude(verdict, parts);
  }

  private factsOf(ask: RuledAsk, holder: KeyHolder | undefined): CallFacts {
    const now = this.clock.wallTime();
    return {
      holder,
      operation: ask.call.operation,
      streamed: ask.streamed,
      headers: ask.call.requestHeaders,
      inputTokens: ask.inputTokens,
      maxOutputTokens: ask.maxOutputTokens,
      budgetUsed: holder ? this.use.percentOf(holder, now) : 0,
      now,
    };
  }

  private get shared(): Pick<GrantParts, 'counters' | 'ledger' | 'pricing' | 'clock'> {
    const { counters, ledger, pricing, clock } = this;
    return { counters, ledger, pricing, clock };
  }

  private conclude(verdict: Verdict, parts: GrantParts): Grant {
    const { terms, ask } = parts;
    this.use.note(terms, verdict.standings);
    const headers = limitHeaders(terms, verdict.standings);
    Object.assign(ask.call.limitHeaders, headers);
    if (!verdict.admitted) {
      const term = verdict.claim === undefined ? undefined : terms[verdict.claim];
      if (!term) throw limiterUnavailable();
      throw refusalOf(term, verdict.standings[verdict.claim ?? 0], verdict.retryAfterMs);
    }
    for (const { budget } of terms) if (budget && parts.lease) this.reconciliation.watch(parts.lease.scope, budget);
    if (verdict.degraded) ask.call.limitHeaders['x-asbru-degraded'] = 'limits';
    return new CallGrant(parts);
  }

  private termsOf(holder: KeyHolder, ask: Ask, estimate: ReturnType<typeof estimateOf>, now: number): TermClaim[] {
    const isBounded = ask.maxOutputTokens !== undefined;
    const { windows, ledger } = this;
    return claimsOf(holder, ask.targets, estimate, { windows, balances: ledger.balances, now, isBounded });
  }

  /** What an account's things cost is not known before they are asked for, but only batches cost anything. */
  private needsPrice(holder: KeyHolder, { provider, model }: AskedTarget, { operation }: CallContext): boolean {
    if (model === '' && operation !== 'batches') return false;
    return holder.budgets.some((budget) => budget.mode === 'hard' && appliesTo(budget, provider, model));
  }

  private priceOf(
    { provider, kind, model }: AskedTarget,
    holder: KeyHolder | undefined,
    now: number,
  ): PricedTarget['price'] {
    if (model === '') return undefined;
    return this.pricing.priceOf(provider, kind, model, now, holder?.organizationId ?? NOBODY.organizationId);
  }

  private billingOf(holder: KeyHolder | undefined): Billing {
    if (!holder) return NOBODY;
    let billing = this.billings.get(holder);
    if (!billing) {
      const { organizationId, tags } = holder;
      const above = holder.levels.filter(({ level }) => level !== 'organization');
      billing = { organizationId, tags, levels: Object.fromEntries(above.map(({ level, id }) => [level, id])) };
      this.billings.set(holder, billing);
    }
    return billing;
  }
}

function holderOf({ caller }: CallContext): KeyHolder | undefined {
  return caller instanceof KeyHolder ? caller : undefined;
}

function isUnpriced({ target, price }: PricedTarget): boolean {
  return !price && target.model !== '';
}

/** What is held for a call of the key is no more than its bound, so the upstream has to be told of it. */
function boundsOf(holder: KeyHolder | undefined): Bounds {
  return holder?.maxOutputTokens === undefined ? NO_BOUNDS : { max_completion_tokens: holder.maxOutputTokens };
}

function least(some: Bounds, others: Bounds): Bounds {
  const both: Record<string, number> = { ...some };
  for (const [name, bound] of Object.entries(others)) both[name] = Math.min(bound, both[name] ?? Infinity);
  return both;
}

/** The rules that acted are named to the caller, those that are tried out in the log alone. */
function noteMatched(call: CallContext, { matched }: PolicyDecision): void {
  if (!matched) return;
  for (const match of matched) if (!call.policies.some(({ id }) => id === match.id)) call.policies.push(match);
  const acted = call.policies.filter(({ dryRun }) => !dryRun).map(({ name }) => encodeURIComponent(name));
  if (acted.length > 0) call.limitHeaders['x-asbru-policy'] = acted.join(',');
}

function leaseOf(call: CallContext, holder: KeyHolder, terms: readonly TermClaim[]): Lease {
  call.runs++;
  const isHard = terms.some(({ budget }) => budget?.mode === 'hard');
  return {
    id: call.runs === 1 ? call.requestId : `${call.requestId}#${call.runs}`,
    scope: holder.organizationId,
    claims: terms.map(({ claim }) => claim),
    onLimiterDown: holder.onLimiterDown ?? (isHard ? 'closed' : 'degraded'),
  };
}

function denied({ rule, message }: PolicyDecision): GatewayError {
  const text = message ?? `The policy '${rule?.name ?? ''}' does not allow this request.`;
  return new GatewayError('policy_denied', text, { headers: { 'x-should-retry': 'false' } });
}
