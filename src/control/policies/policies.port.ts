import type { KeyHolder } from '../keys/key-directory.port.js';

/** What a rule may look at. */
export interface PolicyFacts {
  readonly holder: KeyHolder | undefined;
  readonly operation: string;
  /** The caller's name for the model. */
  readonly model: string;
  /** The upstream's provider, once it is known who may be asked; till then the one that `model` begins with. */
  readonly provider?: string | undefined;
  /** The upstream's own id of the model, once it is known who may be asked: rules about models hold for it too. */
  readonly target?: string;
  readonly streamed: boolean;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, unknown>>;
  /** Estimates. */
  readonly inputTokens: number;
  readonly maxOutputTokens: number | undefined;
  /** Highest use of all the holder's budgets, in percent; 0 without one. */
  readonly budgetUsed: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A rule that matched a call. */
export interface MatchedRule {
  readonly id: string;
  readonly name: string;
  readonly effect: 'allow' | 'deny' | 'route_to' | 'cap';
  /** It is only tried out: nothing came of it. */
  readonly dryRun: boolean;
}

export interface PolicyDecision {
  /** The rule that decided, or undefined when none matched. */
  readonly rule: { readonly id: string; readonly name: string } | undefined;
  readonly effect: 'allow' | 'deny';
  /** Why, in the rule's own words; for a refusal. */
  readonly message?: string;
  /** The model to ask in place of the caller's. */
  readonly routeTo?: string;
  /** Upper bounds of request parameters, such as `max_completion_tokens`, by name. */
  readonly caps: Readonly<Record<string, number>>;
  /** All rules that matched, in the order in which they were asked, those that are only tried out too; for the log. */
  readonly matched?: readonly MatchedRule[];
}

/** What nodes are told when rules have changed. */
export const POLICIES_TOPIC = 'policies';

/** The rules that bind a call beyond its key's own terms. The class is the injection token. */
export abstract class Policies {
  /** Whether the rules are known: false until they were read once, and then a call that they might bind has to wait. */
  abstract readonly ready: boolean;
  /** Whether any rule could apply, so that nothing has to be gathered when none can. */
  abstract has(holder: KeyHolder | undefined): boolean;
  /** Reads the rules again when they have changed. Never rejects. */
  abstract refresh(): Promise<void>;
  /** Never throws. */
  abstract decide(facts: PolicyFacts): PolicyDecision;
}
