import type { GovernanceSettings } from './governance/governance-settings.types.js';
import type { Secret } from './secret.js';
import type { ProfileEffort, ProfileOperation, ReasoningHistory, StatusMeaning, TokenLimit } from './profile-values.js';
import type { ProviderType } from './provider-types.js';

/**
 * What the gateway routes to and how: a deeply frozen snapshot with every default applied. It is swapped whole, and a
 * request keeps the one that it started with. Times are milliseconds. Dictionaries have no prototype, so that a name
 * that a caller sends finds nothing but entries.
 */
export interface GatewaySettings {
  /** Twelve hexadecimal digits that are equal where the content is, whatever the file's form. */
  readonly version: string;
  /** The file's path, or `environment`. */
  readonly source: string;
  /** By the prefix of their model routes. */
  readonly providers: Readonly<Record<string, ProviderSettings>>;
  readonly aliases: AliasSettings;
  readonly routes: Readonly<Record<string, RouteSettings>>;
  readonly routing: RoutingSettings;
  /** Undefined where the file has no such section: then the API alone says who may call. */
  readonly governance?: GovernanceSettings;
}

export interface ProviderSettings {
  readonly name: string;
  readonly type: ProviderType;
  /** Without a final slash, and without what the type's paths begin with, such as `/v1`. */
  readonly baseUrl: string;
  /** Sent with each request, by name in lower case. */
  readonly headers: Readonly<Record<string, Secret>>;
  /** Azure OpenAI: version of its API; null: the paths that need none. */
  readonly apiVersion: string | null;
  /** Azure OpenAI: names of deployments by model. */
  readonly deployments: Readonly<Record<string, string>>;
  /** In what it differs from its type. */
  readonly profile: ProfileSettings;
  /** The built-in simulator stands in: its address and key take the place of these, which are empty. */
  readonly sandbox: boolean;
  /** Whether public names may lead to private addresses; see EgressPolicy. */
  readonly allowPrivateAddresses: boolean;
  /** Certificates (PEM) of the only authorities that are trusted; null: those of Node. */
  readonly ca: string | null;
  /** Whether a caller's own key takes the place of these. */
  readonly passthroughKeys: boolean;
  /** At least one, but where callers send their own; without a key in the file, one that is named `none` and is empty. */
  readonly keys: readonly KeySettings[];
  readonly retries: RetrySettings;
  /** How often a key that the upstream refuses (401, 402, 403) is tried again. */
  readonly retiredKeyProbeMs: number;
  /** For models without an override. */
  readonly policy: ModelPolicy;
  /** Overrides, the most specific pattern first, each complete. `policyFor` chooses. */
  readonly models: readonly ModelOverride[];
}

/** What a file says of an upstream's profile; undefined: as for its type. */
export interface ProfileSettings {
  readonly operations?: readonly ProfileOperation[];
  readonly paths?: Readonly<Partial<Record<ProfileOperation, string>>>;
  readonly auth?: { readonly header: string; readonly scheme: string };
  readonly unknown?: 'pass' | 'filter';
  readonly pass?: readonly string[];
  readonly filter?: readonly string[];
  readonly renames?: Readonly<Record<string, string>>;
  readonly tokenLimit?: TokenLimit;
  readonly developerRole?: boolean;
  readonly efforts?: Readonly<Partial<Record<ProfileEffort, string>>>;
  readonly reasoningHistory?: ReasoningHistory;
  readonly streamOptions?: boolean;
  readonly thinkTags?: boolean;
  readonly usagePath?: readonly string[];
  readonly statuses?: Readonly<Record<string, StatusMeaning>>;
}

export interface KeySettings {
  /** Shown in logs and metrics. */
  readonly name: string;
  readonly value: Secret;
  readonly weight: number;
  /** Patterns of the models that it may be used for. */
  readonly models: readonly string[];
  readonly limits: KeyLimits;
}

/** Limits of a key for each model; null is learned from the upstream's headers. */
export interface KeyLimits {
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
  readonly uncachedTokensPerMinute: number | null;
}

export interface ModelPolicy {
  readonly timeouts: TimeoutSettings;
  readonly breaker: BreakerSettings;
  readonly malformedChunk: 'fail' | 'skip';
}

export interface ModelOverride {
  readonly pattern: string;
  readonly policy: ModelPolicy;
}

export interface TimeoutSettings {
  readonly connectMs: number;
  readonly firstByteMs: number;
  readonly firstTokenMs: number;
  readonly idleMs: number;
  readonly totalMs: number;
  /** How long a stream may stay open after its finish reason. */
  readonly afterFinishMs: number;
}

export interface RetrySettings {
  readonly max: number;
  readonly budgetPercent: number;
  readonly budgetFloor: number;
  readonly baseMs: number;
  readonly maxWaitMs: number;
}

export interface BreakerSettings {
  readonly consecutiveFailures: number;
  readonly failureRatio: number;
  readonly minimumRequests: number;
  readonly windowMs: number;
  /** First token later than this counts as a failure; null: never. */
  readonly slowMs: number | null;
  readonly openMs: number;
}

/** What a name in `model` may stand for. */
export type NamedTarget =
  | { readonly kind: 'route'; readonly route: string }
  | { readonly kind: 'model'; readonly provider: string; readonly model: string };

/** Aliases with chains followed to their end. `targetOf` chooses. */
export interface AliasSettings {
  readonly exact: Readonly<Record<string, NamedTarget>>;
  /** The most specific pattern first. */
  readonly patterns: readonly { readonly pattern: string; readonly target: NamedTarget }[];
}

export interface RouteSettings {
  readonly name: string;
  readonly strategy: 'ordered' | 'weighted' | 'adaptive';
  /** At least one. */
  readonly targets: readonly RouteTarget[];
  readonly fallbackOnContentFilter: boolean;
  readonly resume: 'off' | 'verified';
  readonly hedge: HedgeSettings;
}

export interface RouteTarget {
  readonly provider: string;
  readonly model: string;
  readonly weight: number;
}

export interface HedgeSettings {
  readonly enabled: boolean;
  readonly percentile: number;
  readonly minMs: number;
}

export interface RoutingSettings {
  readonly sessionAffinity: SessionAffinitySettings;
  readonly quotaQueue: QuotaQueueSettings;
  readonly adaptive: AdaptiveSettings;
}

export interface SessionAffinitySettings {
  readonly enabled: boolean;
  /** In lower case; the first that a request has counts. */
  readonly headers: readonly string[];
  /** Whether the body's `prompt_cache_key` names the session when no header does. */
  readonly promptCacheKey: boolean;
}

/** Requests that wait until a key has room, for each provider and model. */
export interface QuotaQueueSettings {
  readonly maxWaiting: number;
  readonly maxWaitMs: number;
}

export interface AdaptiveSettings {
  readonly choice: 'power_of_two' | 'weighted';
  readonly recomputeMs: number;
  readonly ewmaHalfLifeMs: number;
  readonly minimumRequests: number;
  readonly explorationPercent: number;
  readonly degradedErrorRate: number;
  readonly failedErrorRate: number;
  readonly degradedLatencyRatio: number;
  readonly failedHoldMs: number;
  readonly recoveryStartPercent: number;
  readonly recoveryRampMs: number;
  readonly influence: AdaptiveInfluence;
}

/** Shares of the measures in a score; only their relation counts. */
export interface AdaptiveInfluence {
  readonly errors: number;
  readonly firstToken: number;
  readonly throughput: number;
  readonly queueTime: number;
  readonly utilisation: number;
}
