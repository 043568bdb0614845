import { formatDollars } from '../../contract/money.js';
import { type Dated, momentText, type PriceRecord } from '../document/price-record.js';
import type { Pricings } from '../document/pricing-reader.js';
import { RATE_FIELDS } from '../document/rate-fields.js';
import type { PriceOverride } from '../overrides/price-override.types.js';
import type { FoundPrice } from '../price-lookup.js';
import type { Rates, TierRates } from '../pricing.port.js';
import type { AnsweredRates, PriceDto, PriceOverrideDto } from './price.dto.js';

/** A price as the API shows it. */
export function priceAnswer({ price, source, record, override }: FoundPrice): PriceDto & AnsweredRates {
  const { id, provider, model, ...pricing } = price;
  const aliases = record?.aliases ?? [];
  const origin = override ? ownOrigin(override) : listedOrigin(record);
  return { object: 'price', id, provider, model, aliases, source, ...origin, ...answerPricing(pricing) };
}

type Origin = Omit<PriceDto, 'object' | 'id' | 'provider' | 'model' | 'aliases' | 'source'>;

function ownOrigin(override: PriceOverride): Origin {
  const { note, organizationId } = override;
  const validTime = validity(override);
  return { source_url: null, read_on: null, verified: null, ...validTime, note, organization_id: organizationId };
}

function listedOrigin(record: PriceRecord | undefined): Origin {
  return {
    source_url: record?.sourceUrl ?? null,
    read_on: record?.readOn ?? null,
    verified: record?.verified ?? null,
    ...validity(record),
    note: record?.note ?? null,
    organization_id: null,
  };
}

/** An override as the API shows it. */
export function overrideAnswer(override: PriceOverride): PriceOverrideDto & AnsweredRates {
  return {
    object: 'price_override',
    id: override.id,
    organization_id: override.organizationId,
    provider: override.provider,
    model: override.model,
    ...validity(override),
    note: override.note,
    managed_by: override.managedBy ?? 'api',
    revision: override.revision,
    created_at: override.createdAt.toISOString(),
    updated_at: override.updatedAt.toISOString(),
    ...answerPricing(override.pricing),
  };
}

function validity(dated: Dated | undefined): { valid_from: string | null; valid_until: string | null } {
  return { valid_from: endText(dated?.from), valid_until: endText(dated?.until) };
}

function endText(at: number | undefined): string | null {
  return at !== undefined && Number.isFinite(at) ? momentText(at) : null;
}

function answerPricing({ tiers, ...own }: Pricings): AnsweredRates {
  if (!tiers) return answerTier(own);
  const named = Object.entries(tiers).map(([name, tier]) => [name, answerTier(tier)]);
  return { ...answerTier(own), tiers: Object.fromEntries(named) };
}

function answerTier({ longContext, ...own }: TierRates): AnsweredRates {
  if (!longContext) return answerRates(own);
  const steps = longContext.map(({ above, ...rates }) => Object.assign({ above }, answerRates(rates)));
  return { ...answerRates(own), long_context: steps };
}

function answerRates(rates: Rates): AnsweredRates {
  const fields = RATE_FIELDS.flatMap(({ name, written, micros }) => {
    const amount = rates[name];
    return amount === undefined
      ? []
      : [
          [written, formatDollars(amount)],
          [micros, amount],
        ];
  });
  return Object.fromEntries(fields);
}
