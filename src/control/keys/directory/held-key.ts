import type { KeyScope } from '../../../common/access/access.js';
import type { LevelRef } from '../../contract/level.types.js';
import type { BudgetTerms, LimiterDown, LimitTerms } from '../../contract/terms.types.js';
import type { KeyTerms } from '../../tenancy/key-terms.js';
import { KeyHolder } from '../key-directory.port.js';
import type { Chain, LevelTerms } from './level-tree.js';

/** Terms as their holders read them; keys with the same terms share one. */
export interface SharedTerms extends Omit<KeyTerms, 'scopes'> {
  readonly scopes: ReadonlySet<KeyScope>;
}

/** What is a key's alone. */
export interface KeyFacts {
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  readonly prefix: string;
  readonly expiresAt: number | undefined;
  readonly terms: SharedTerms;
}

/** A key as a call holds it: references to what it shares with others, which nobody changes. */
export class HeldKey extends KeyHolder {
  override readonly levels: readonly LevelRef[];
  override readonly budgets: readonly BudgetTerms[];
  override readonly limits: readonly LimitTerms[];

  constructor(
    private readonly facts: KeyFacts,
    readonly chain: Chain,
    readonly own: LevelTerms,
  ) {
    super();
    this.levels = [...chain.levels, own.ref];
    this.budgets = own.budgets.length === 0 ? chain.budgets : [...chain.budgets, ...own.budgets];
    this.limits = own.limits.length === 0 ? chain.limits : [...chain.limits, ...own.limits];
  }

  override get id(): string {
    return this.facts.id;
  }

  override get storesContent(): boolean {
    return this.facts.terms.store_content ?? true;
  }

  override get organizationId(): string {
    return this.facts.organizationId;
  }

  override get prefix(): string {
    return this.facts.prefix;
  }

  override get name(): string {
    return this.facts.name;
  }

  override get scopes(): ReadonlySet<KeyScope> {
    return this.facts.terms.scopes;
  }

  override get allowedProviders(): readonly string[] {
    return this.facts.terms.allowed_providers;
  }

  override get allowedModels(): readonly string[] {
    return this.facts.terms.allowed_models;
  }

  override get deniedModels(): readonly string[] {
    return this.facts.terms.denied_models;
  }

  override get allowedUpstreamKeys(): readonly string[] {
    return this.facts.terms.allowed_upstream_keys;
  }

  override get networks(): readonly string[] {
    return this.facts.terms.networks;
  }

  override get requiredHeaders(): Readonly<Record<string, string>> {
    return this.facts.terms.required_headers;
  }

  override get tags(): readonly string[] {
    return this.facts.terms.tags;
  }

  override get expiresAt(): number | undefined {
    return this.facts.expiresAt;
  }

  /** Closed where money may run out, unless the key says otherwise. */
  override get onLimiterDown(): LimiterDown {
    const { on_limiter_down: own } = this.facts.terms;
    return own ?? (this.budgets.some(({ mode }) => mode === 'hard') ? 'closed' : 'degraded');
  }

  override get maxOutputTokens(): number | undefined {
    return this.facts.terms.max_output_tokens ?? undefined;
  }

  override get onUnpriced(): 'refuse' | 'allow' {
    return this.facts.terms.on_unpriced;
  }
}
