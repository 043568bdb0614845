import { bySpecificity, matchesPattern } from '../../../config/file/model-pattern.js';
import type { PriceOverride } from './price-override.types.js';

/** Which call a price is looked up for. */
export interface PriceQuery {
  readonly provider: string;
  readonly kind: string;
  /** As the provider is asked for it. */
  readonly model: string;
  /** The model that the name stands for, by the book. */
  readonly base: string | undefined;
  readonly organizationId: string | null;
}

/** All overrides, by whose calls they are for. Immutable. */
export class OverrideSet {
  static readonly EMPTY = new OverrideSet([]);
  private readonly owners = new Map<string | null, PriceOverride[]>();

  constructor(overrides: readonly PriceOverride[]) {
    for (const override of overrides) {
      const own = this.owners.get(override.organizationId) ?? [];
      this.owners.set(override.organizationId, own);
      own.push(override);
    }
  }

  /** Those of one owner. */
  of(organizationId: string | null): readonly PriceOverride[] {
    return this.owners.get(organizationId) ?? [];
  }

  /**
   * Those that are about a call at any time, the one that goes first in front: the organisation's before everybody's,
   * a provider's name before its type before all, a model before its base before a pattern, the newer before the older.
   */
  about(query: PriceQuery): PriceOverride[] {
    const { organizationId } = query;
    const own = organizationId === null ? [] : this.matching(organizationId, query);
    return [...own, ...this.matching(null, query)];
  }

  private matching(owner: string | null, query: PriceQuery): PriceOverride[] {
    return this.of(owner)
      .filter((override) => isAbout(override, query))
      .toSorted(
        (a, b) =>
          providerRank(a, query) - providerRank(b, query) ||
          modelRank(a, query) - modelRank(b, query) ||
          bySpecificity(a.model, b.model) ||
          b.createdAt.getTime() - a.createdAt.getTime() ||
          (a.id < b.id ? -1 : 1),
      );
  }
}

function isAbout({ provider, model }: PriceOverride, query: PriceQuery): boolean {
  if (provider !== '*' && provider !== query.provider && provider !== query.kind) return false;
  return matchesPattern(model, query.model) || (query.base !== undefined && matchesPattern(model, query.base));
}

function providerRank({ provider }: PriceOverride, query: PriceQuery): number {
  if (provider === query.provider) return 0;
  return provider === query.kind ? 1 : 2;
}

function modelRank({ model }: PriceOverride, query: PriceQuery): number {
  if (model === query.model) return 0;
  return model === query.base ? 1 : 2;
}
