import { GatewayError } from '../../common/errors/gateway-error.js';
import type { Clock } from '../../common/time/clock.port.js';
import { matchesPattern } from '../../config/file/model-pattern.js';
import type { AdminPrincipal } from '../auth/admin.port.js';
import { formatDollars, type MicroDollars } from '../contract/money.js';
import type { BookPricing } from './book-pricing.js';
import { writePriceDocument } from './document/price-document.writer.js';
import type { PriceDocument } from './document/price-document.types.js';
import { readMoment } from './document/price-record.js';
import type { EstimatePriceDto } from './dto/estimate-price.dto.js';
import { priceAnswer } from './dto/price-answer.js';
import type { PriceEstimateDto, PriceListDto } from './dto/price.dto.js';
import { type RawQuery, unknownCursor } from '../../common/http/query.js';
import { readPriceQuery } from './dto/price.query.js';
import { effectivePrices, findNamed } from './effective-prices.js';
import type { Consumption } from './pricing.port.js';
import { hideForeign } from './price-overrides.service.js';

/** What administrators ask about prices. */
export class PricesService {
  constructor(
    private readonly pricing: BookPricing,
    private readonly clock: Clock,
  ) {}

  /** Which price each model has at a moment, with its source. */
  list(admin: AdminPrincipal, raw: RawQuery): PriceListDto {
    const { limit, after, provider, model, organizationId, at = this.clock.wallTime() } = readPriceQuery(raw);
    const owner = ownerOf(admin, organizationId);
    const all = effectivePrices(this.pricing.current, at, owner)
      .filter(({ price }) => provider === undefined || price.provider === provider)
      .filter(
        ({ price, record }) =>
          model === undefined || [price.model, ...(record?.aliases ?? [])].some((name) => matchesPattern(model, name)),
      );
    const start = after === undefined ? 0 : all.findIndex(({ price }) => price.id === after) + 1;
    if (after !== undefined && start === 0) throw unknownCursor();
    const data = all.slice(start, start + limit).map(priceAnswer);
    return {
      object: 'list',
      data,
      has_more: start + limit < all.length,
      first_id: data[0]?.id ?? null,
      last_id: data.at(-1)?.id ?? null,
    };
  }

  /** The book with the operator's file on top of it, in the form that such a file has. */
  export(): PriceDocument {
    const { records, unpriced } = this.pricing.current.index;
    return writePriceDocument(records, unpriced);
  }

  /** What so many requests of a kind would cost. */
  estimate(admin: AdminPrincipal, dto: EstimatePriceDto): PriceEstimateDto {
    const owner = ownerOf(admin, dto.organization_id ?? undefined);
    const at = (dto.at ? readMoment(dto.at) : undefined) ?? this.clock.wallTime();
    const named = { model: dto.model, provider: dto.provider ?? undefined, kind: dto.provider_type ?? undefined };
    const found = findNamed(this.pricing.current, named, at, owner);
    const use = consumptionOf(dto);
    const one = this.pricing.cost(found.price, use);
    const reserved = this.pricing.estimate(found.price, use.inputTokens, use.outputTokens, use.tier, use);
    const requests = dto.requests ?? 1;
    const cost = timesExactly(one, requests);
    return {
      object: 'price.estimate',
      price: priceAnswer(found),
      requests,
      cost_usd: formatDollars(cost),
      cost_micros: cost,
      cost_per_request_usd: formatDollars(one),
      cost_per_request_micros: one,
      reserved_per_request_usd: formatDollars(reserved),
      reserved_per_request_micros: reserved,
    };
  }
}

function consumptionOf(dto: EstimatePriceDto): Consumption {
  return {
    inputTokens: orZero(dto.input_tokens),
    cachedInputTokens: orZero(dto.cached_input_tokens),
    cacheWriteTokens: orZero(dto.cache_write_tokens),
    cacheWriteLongTokens: orZero(dto.cache_write_long_tokens),
    outputTokens: orZero(dto.output_tokens),
    reasoningTokens: orZero(dto.reasoning_tokens),
    images: orZero(dto.images),
    seconds: orZero(dto.seconds),
    ...(dto.tier && { tier: dto.tier }),
  };
}

/** A field that is absent, or null. */
const orZero = (value: number | undefined): number => value ?? 0;

function ownerOf(admin: AdminPrincipal, organizationId: string | undefined): string | null {
  if (organizationId === undefined) return admin.organizationId;
  hideForeign(admin, organizationId, 'organization');
  return organizationId;
}

function timesExactly(one: MicroDollars, requests: number): MicroDollars {
  const product = one * requests;
  if (product <= Number.MAX_SAFE_INTEGER) return product;
  throw new GatewayError(
    'integer_above_max_value',
    "Invalid 'requests': they would cost more than nine billion dollars.",
    {
      param: 'requests',
    },
  );
}
