import type { PriceOverride } from './price-override.types.js';

/** What an administrator decides about an override. */
export type OverrideDraft = Pick<
  PriceOverride,
  'organizationId' | 'provider' | 'model' | 'pricing' | 'from' | 'until' | 'note'
>;

/** Which overrides somebody may see: those of an organisation, or all. */
export type OverrideScope = { readonly organizationId: string } | 'all';

export interface OverridePage {
  readonly data: readonly PriceOverride[];
  readonly hasMore: boolean;
}

export interface OverrideFilter {
  readonly provider?: string;
  readonly model?: string;
  /** Null: those for everybody. */
  readonly organizationId?: string | null;
}

/** Where price overrides are kept. Whoever changes one changes the version in the same transaction. */
export abstract class PriceOverrideStore {
  abstract version(): Promise<number>;
  /** All of them, with the version that they are at least of. */
  abstract all(): Promise<{ readonly version: number; readonly overrides: readonly PriceOverride[] }>;
  /** Ordered by id. Undefined when `after` is none that is to be seen. */
  abstract page(
    scope: OverrideScope,
    filter: OverrideFilter,
    limit: number,
    after: string | undefined,
  ): Promise<OverridePage | undefined>;
  abstract find(scope: OverrideScope, id: string): Promise<PriceOverride | undefined>;
  /** @throws GatewayError `conflict` when another one for the same is valid at the same time */
  abstract add(scope: OverrideScope, draft: OverrideDraft, by: string): Promise<PriceOverride>;
  /**
   * Replaces it by what `change` makes of it. Undefined when there is none.
   * @throws GatewayError `conflict` as `add`
   */
  abstract change(
    scope: OverrideScope,
    id: string,
    change: (override: PriceOverride) => OverrideDraft,
    by: string,
  ): Promise<PriceOverride | undefined>;
  /** Whether there was one. */
  abstract remove(scope: OverrideScope, id: string): Promise<boolean>;
}
