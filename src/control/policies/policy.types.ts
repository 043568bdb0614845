import { LEVELS, type Level } from '../contract/level.types.js';

/** `allow` and `deny` decide; `route_to` and `cap` change the request, and the next rule is asked. */
export const EFFECTS = ['allow', 'deny', 'route_to', 'cap'] as const;
export type Effect = (typeof EFFECTS)[number];

/** What a rule binds: everybody, or the calls that belong to one entity. */
export const SCOPES = ['installation', ...LEVELS] as const;
export type PolicyScope = 'installation' | Level;

/**
 * Scopes in two groups, each from the scope that is asked first to the one that is asked last. An `allow` ends the asking
 * of its own group alone, so that no tenant excepts himself from what binds the installation.
 */
export const ASKED: readonly (readonly PolicyScope[])[] = [['installation'], LEVELS.toReversed()];

/** Request parameters that a `cap` may bound; whole numbers but for the last two. */
export const CAPS = [
  'max_completion_tokens',
  'max_tokens',
  'max_output_tokens',
  'n',
  'best_of',
  'top_logprobs',
  'temperature',
  'top_p',
] as const;
export type CapName = (typeof CAPS)[number];
export type Caps = Readonly<Partial<Record<CapName, number>>>;

/** Who may change a rule: administrators through the API, or `asbru.yaml` alone. */
export type ManagedBy = 'api' | 'file';

/** A rule as it is stored. */
export interface PolicyRule {
  readonly id: string;
  /** Whose it is; null for rules of the installation. */
  readonly organizationId: string | null;
  readonly name: string;
  readonly description: string;
  /** CEL, of type bool. */
  readonly expression: string;
  readonly effect: Effect;
  /** For `route_to`. */
  readonly targetModel: string | null;
  /** For `cap`. */
  readonly caps: Caps;
  /** What a refused caller is told. */
  readonly message: string | null;
  readonly scope: PolicyScope;
  /** Null for rules of the installation. */
  readonly scopeId: string | null;
  /** Lower is asked first. */
  readonly priority: number;
  readonly enabled: boolean;
  /** Evaluated and recorded, and never acts. */
  readonly dryRun: boolean;
  /** Patterns with `*` of the models that it is about; none: all. */
  readonly models: readonly string[];
  readonly managedBy: ManagedBy;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Most rules of one scope, so that a call never has more than a few hundred to pass. */
export const MAX_RULES_PER_SCOPE = 100;

/** The order of rules inside a scope: by priority, then by id. */
export function byPriority(one: PolicyRule, other: PolicyRule): number {
  return one.priority - other.priority || (one.id < other.id ? -1 : 1);
}
