import type { Dated } from '../document/price-record.js';
import type { Pricings } from '../document/pricing-reader.js';

/** A price of the operator's own, for an organisation or for all. */
export interface PriceOverride extends Dated {
  readonly id: string;
  /** Whose calls it is for; null: everybody's. */
  readonly organizationId: string | null;
  /** Name of a provider, or its type, or `*`. */
  readonly provider: string;
  /** A model, or a pattern with `*`. */
  readonly model: string;
  readonly pricing: Pricings;
  readonly note: string | null;
  /** `file`: declared in asbru.yaml, and read-only in the API. */
  readonly managedBy?: 'api' | 'file';
  /** Counts the changes of it: which one was applied is in the id of the price. */
  readonly revision: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
