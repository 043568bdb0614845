import type { AttemptMeter } from '../../common/context/attempt-meter.js';
import type { CallContext } from '../../common/context/call-context.js';
import type { GatewayError } from '../../common/errors/gateway-error.js';

/** One upstream that may answer a call. */
export interface AskedTarget {
  readonly provider: string;
  /** The provider's type, by which prices are found. */
  readonly kind: string;
  readonly model: string;
  /** Most tokens that the model writes in one answer; undefined when nobody says. */
  readonly maxOutputTokens: number | undefined;
}

/** What is known of a request before it is sent. */
export interface Ask {
  readonly call: CallContext;
  /** The caller's name of the model; empty for a request that is about none. */
  readonly model: string;
  /** The caller's names of the models that are asked when that one cannot answer. */
  readonly fallbacks: readonly string[];
  readonly targets: readonly AskedTarget[];
  /** Estimate. */
  readonly inputTokens: number;
  /** The caller's own bound of one answer, if he set one. */
  readonly maxOutputTokens: number | undefined;
  /** How many answers he wants. */
  readonly choices: number;
  /** How many he did want, where that is only known when the request has been sent: `choices` is then the most. */
  readonly choicesIn?: () => number;
  readonly streamed: boolean;
  /** The caller's `service_tier`, where it has a price of its own. */
  readonly tier: 'priority' | 'flex' | undefined;
  /** Whether it costs nothing, whatever the model. */
  readonly isFree: boolean;
  /** Whether two upstreams may be asked at once. */
  readonly hedged: boolean;
}

/** Leave for one run of a call: what it may cost is held until `finish`. */
export interface Grant extends AttemptMeter {
  /**
   * A piece of a streamed answer came.
   * @param outputLength characters of the answer so far
   * @returns why the answer has to end here; undefined while it may go on
   */
  produced(outputLength: number): GatewayError | undefined;
  /** The run is over, and all its attempts are: what was held is settled. Only the first call counts. */
  finish(): void;
}

/** What the rules beyond a key's own terms make of a request. */
export interface Ruling {
  /** The model to ask in place of the caller's. */
  readonly routeTo?: string;
  /** The fallbacks that may be asked, in the caller's order. */
  readonly fallbacks: readonly string[];
  /** Upper bounds of request parameters, by name. */
  readonly caps: Bounds;
}

/** Upper bounds of request parameters, by name. */
export type Bounds = Readonly<Record<string, number>>;

/** A request as the rules see it. */
export type RuledAsk = Omit<Ask, 'targets' | 'hedged' | 'isFree'>;

/**
 * The one answer that the data plane asks for: may this call run, and on what terms. The class is the injection token.
 * Without Redis the answers are immediate.
 */
export abstract class Governance {
  /** What policies make of the request, before it is known who answers. @throws GatewayError `policy_denied` */
  abstract rule(ask: RuledAsk): Ruling;
  /**
   * What policies make of the upstream models that may answer, whatever names led to them: those that may be asked, and
   * the bounds with those of the rules about these models.
   * @throws GatewayError `policy_denied` when none is left
   */
  abstract restrict<T extends AskedTarget>(
    ask: RuledAsk,
    targets: readonly T[],
    caps: Bounds,
  ): { readonly targets: readonly T[]; readonly caps: Bounds };
  /** The targets whose model has a price, or may go without one. @throws GatewayError `model_not_priced` when none is left */
  abstract priced<T extends AskedTarget>(call: CallContext, targets: readonly T[]): readonly T[];
  /**
   * Holds what the call may use of all its budgets and limits.
   * @throws GatewayError (or rejects with one) `budget_exceeded`, `own_rate_limit_exceeded`,
   *   `concurrency_limit_exceeded`, `limiter_unavailable`, `ledger_unavailable`
   */
  abstract admit(ask: Ask): Grant | Promise<Grant>;
}
