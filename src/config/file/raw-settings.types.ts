import type { RawGovernance } from './governance/raw-governance.types.js';
import type { ProfileEffort, ProfileOperation, ReasoningHistory, StatusMeaning, TokenLimit } from './profile-values.js';
import type { ProviderType } from './provider-types.js';
import type { DEFAULTS } from './settings-defaults.js';

/** Some fields of a group of defaults, with values of the same kind. */
type Given<T> = { readonly [K in keyof T]?: T[K] extends number ? number : T[K] extends boolean ? boolean : T[K] };

/** The file's content once the schema has accepted it, before defaults. The schema says what the fields mean. */
export interface RawSettings {
  readonly version: 1;
  readonly providers: Readonly<Record<string, RawProvider>>;
  readonly models?: { readonly aliases?: Readonly<Record<string, string>> };
  readonly routes?: Readonly<Record<string, RawRoute>>;
  readonly routing?: RawRouting;
  readonly governance?: RawGovernance;
}

export interface RawPolicy {
  readonly timeouts?: Given<typeof DEFAULTS.timeouts>;
  readonly breaker?: Given<Omit<typeof DEFAULTS.breaker, 'slow_ms'>> & { readonly slow_ms?: number | null };
  readonly malformed_chunk?: 'fail' | 'skip';
}

export interface RawProvider extends RawPolicy {
  readonly type: ProviderType;
  readonly base_url?: string;
  readonly allow_private_addresses?: boolean;
  readonly ca_file?: string;
  readonly passthrough_keys?: boolean;
  /** May be missing where the type needs none, or callers send their own. */
  readonly keys?: readonly RawKey[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly api_version?: string;
  readonly deployments?: Readonly<Record<string, string>>;
  readonly profile?: RawProfile;
  readonly retries?: Given<typeof DEFAULTS.retries>;
  readonly retired_key_probe_ms?: number;
  readonly models?: Readonly<Record<string, RawPolicy>>;
}

export interface RawProfile {
  readonly operations?: readonly ProfileOperation[];
  readonly paths?: Readonly<Partial<Record<ProfileOperation, string>>>;
  readonly auth?: { readonly header?: string; readonly scheme?: string };
  readonly unknown?: 'pass' | 'filter';
  readonly pass?: readonly string[];
  readonly filter?: readonly string[];
  readonly rename?: Readonly<Record<string, string>>;
  readonly token_limit?: TokenLimit;
  readonly developer_role?: boolean;
  readonly efforts?: Readonly<Partial<Record<ProfileEffort, string>>>;
  readonly reasoning_history?: ReasoningHistory;
  readonly stream_options?: boolean;
  readonly think_tags?: boolean;
  readonly usage_path?: string;
  readonly statuses?: Readonly<Record<string, StatusMeaning>>;
}

export interface RawKey {
  readonly name: string;
  readonly value: string;
  readonly weight?: number;
  readonly models?: readonly string[];
  readonly limits?: {
    readonly requests_per_minute?: number;
    readonly tokens_per_minute?: number;
    readonly uncached_tokens_per_minute?: number;
  };
}

export interface RawRoute {
  readonly strategy?: 'ordered' | 'weighted' | 'adaptive';
  readonly targets: readonly (string | { readonly model: string; readonly weight?: number })[];
  readonly fallback_on_content_filter?: boolean;
  readonly resume?: 'off' | 'verified';
  readonly hedge?: Given<typeof DEFAULTS.hedge>;
}

export interface RawRouting {
  readonly session_affinity?: Given<Omit<typeof DEFAULTS.session_affinity, 'headers'>> & {
    readonly headers?: readonly string[];
  };
  readonly quota_queue?: Given<typeof DEFAULTS.quota_queue>;
  readonly adaptive?: Given<Omit<typeof DEFAULTS.adaptive, 'choice'>> & {
    readonly choice?: 'power_of_two' | 'weighted';
    readonly influence?: Given<typeof DEFAULTS.influence>;
  };
}
