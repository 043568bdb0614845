import { Caller } from '../../common/context/caller.js';
import type { KeyScope } from '../../common/access/access.js';
import type { LevelRef } from '../contract/level.types.js';
import type { BudgetTerms, LimiterDown, LimitTerms } from '../contract/terms.types.js';

/** A virtual key with all that binds its calls, as one immutable snapshot: a call keeps the one that it began with. */
export abstract class KeyHolder extends Caller {
  abstract readonly organizationId: string;
  /** The readable beginning of the key, as it stands in lists and logs. */
  abstract readonly prefix: string;
  abstract readonly name: string;
  /** Those that the key belongs to, from the organisation down to the key itself. */
  abstract readonly levels: readonly LevelRef[];
  abstract readonly scopes: ReadonlySet<KeyScope>;
  /** Patterns with `*`; an empty list allows nothing. */
  abstract readonly allowedProviders: readonly string[];
  /** Matched against the caller's name for a model, `provider/model` and the bare model. */
  abstract readonly allowedModels: readonly string[];
  /** What is refused although it is allowed above. */
  abstract readonly deniedModels: readonly string[];
  /** Names of the providers' keys, as `provider/key`; patterns. */
  abstract readonly allowedUpstreamKeys: readonly string[];
  /** Networks in CIDR notation that it may be used from; none: any. */
  abstract readonly networks: readonly string[];
  /** Headers that a request has to have: by lower-case name a pattern with `*` of the value. */
  abstract readonly requiredHeaders: Readonly<Record<string, string>>;
  abstract readonly tags: readonly string[];
  /** Milliseconds since the epoch, exclusive. */
  abstract readonly expiresAt: number | undefined;
  /** Undefined: `closed` for a call that a hard budget binds, else `degraded`. */
  abstract readonly onLimiterDown: LimiterDown | undefined;
  /** The most tokens of an answer, which upstreams are told; undefined: the model's own maximum. */
  abstract readonly maxOutputTokens: number | undefined;
  /** What to do with a model that has no price: refuse it, or allow it, flagged. A hard budget refuses either way unless `allow`. */
  abstract readonly onUnpriced: 'refuse' | 'allow';
  /** Of all its levels. */
  abstract readonly budgets: readonly BudgetTerms[];
  abstract readonly limits: readonly LimitTerms[];
}

export type KeyLookup =
  | { readonly found: KeyHolder }
  /** There is no such key, or it was revoked, or it is inactive: nobody is told which. */
  | { readonly found: undefined; readonly reason: 'unknown' }
  | { readonly found: undefined; readonly reason: 'expired'; readonly expiredAt: number }
  /** The directory is not complete, so that nobody can say: 503, never 401. */
  | { readonly found: undefined; readonly reason: 'unavailable' };

/** All virtual keys, in memory. The class is the injection token. */
export abstract class KeyDirectory {
  /** Whether the keys are known: false until they were read once. */
  abstract readonly ready: boolean;
  /** @param token what the caller sent @param now milliseconds since the epoch */
  abstract find(token: string, now: number): KeyLookup;
  /** Whether a text has the form of this gateway's own keys, so that it cannot be another's. */
  abstract isOwnForm(token: string): boolean;
}
