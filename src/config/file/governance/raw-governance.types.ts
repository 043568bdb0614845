import type { KeyScope, Permission } from '../../../common/access/access.js';
import type {
  BUDGET_MODES,
  CapName,
  LEVEL_METRICS,
  ON_LIMITER_DOWN,
  ON_UNPRICED,
  PolicyEffect,
  PriceRate,
} from './governance-values.js';

type Named<T> = Readonly<Record<string, T>>;
/** Decimal dollars with at most six decimals. */
type Dollars = string | number;

/** The section `governance` once the schema has accepted it. The schema says what the fields mean. */
export interface RawGovernance {
  readonly revision?: number;
  readonly organizations?: Named<RawOrganization>;
  readonly policies?: Named<RawPolicyRule>;
  readonly roles?: Named<RawRole>;
  readonly prices?: readonly RawPrice[];
}

export interface RawLevel {
  readonly name?: string;
  readonly budgets?: readonly RawBudget[];
  readonly rate_limits?: readonly RawRateLimit[];
  readonly policies?: Named<RawPolicyRule>;
}

export interface RawOrganization extends RawLevel {
  readonly customers?: Named<RawLevel>;
  readonly teams?: Named<RawLevel & { readonly customer?: string }>;
  readonly projects?: Named<RawLevel & { readonly team?: string; readonly customer?: string }>;
  readonly users?: Named<RawLevel & { readonly email: string }>;
  readonly virtual_keys?: Named<RawVirtualKey>;
  readonly roles?: Named<RawRole>;
  readonly prices?: readonly RawPrice[];
}

/** What a key may do, in the words of the API. */
export interface RawKeyTerms {
  readonly disabled?: boolean;
  readonly expires_at?: string;
  readonly scopes?: readonly KeyScope[];
  readonly allowed_providers?: readonly string[];
  readonly allowed_models?: readonly string[];
  readonly denied_models?: readonly string[];
  readonly allowed_upstream_keys?: readonly string[];
  readonly networks?: readonly string[];
  readonly required_headers?: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
  readonly store_content?: boolean;
  readonly on_limiter_down?: (typeof ON_LIMITER_DOWN)[number];
  readonly max_output_tokens?: number;
  readonly on_unpriced?: (typeof ON_UNPRICED)[number];
}

export interface RawVirtualKey extends RawLevel, RawKeyTerms {
  readonly value: string;
  readonly allow_literal?: boolean;
  readonly customer?: string;
  readonly team?: string;
  readonly project?: string;
  readonly user?: string;
}

export interface RawBudget {
  readonly name?: string;
  readonly amount_usd: Dollars;
  readonly period: string;
  readonly time_zone?: string;
  readonly mode?: (typeof BUDGET_MODES)[number];
  readonly thresholds?: readonly number[];
  readonly models?: readonly string[];
  readonly providers?: readonly string[];
  readonly overrides?: readonly { readonly amount_usd: Dollars; readonly from: string; readonly until: string }[];
}

export interface RawRateLimit {
  readonly metric: (typeof LEVEL_METRICS)[number];
  readonly limit: number;
  readonly window?: string;
  readonly models?: readonly string[];
  readonly providers?: readonly string[];
}

export interface RawPolicyRule {
  readonly name?: string;
  readonly description?: string;
  readonly expression: string;
  readonly effect: PolicyEffect;
  readonly target_model?: string;
  readonly caps?: Readonly<Partial<Record<CapName, number>>>;
  readonly message?: string;
  readonly priority?: number;
  readonly enabled?: boolean;
  readonly dry_run?: boolean;
  readonly models?: readonly string[];
}

export interface RawRole {
  readonly name?: string;
  readonly description?: string;
  readonly permissions: readonly Permission[];
}

export interface RawPrice extends Readonly<Partial<Record<PriceRate, Dollars>>> {
  readonly provider: string;
  readonly model: string;
  readonly valid_from?: string;
  readonly valid_until?: string;
  readonly note?: string;
}
