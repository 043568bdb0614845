import { GatewayError } from '../../common/errors/gateway-error.js';
import type { AdminPrincipal } from '../auth/admin.port.js';
import { readMoment } from './document/price-record.js';
import { writePricing } from './document/price-document.writer.js';
import type { Pricings } from './document/pricing-reader.js';
import { RATE_FIELDS } from './document/rate-fields.js';
import { readWrittenPricing } from './document/written-pricing.js';
import { overrideAnswer } from './dto/price-answer.js';
import type { CreatePriceOverrideDto, UpdatePriceOverrideDto } from './dto/price-override.dto.js';
import type {
  AnsweredRates,
  DeletedPriceOverrideDto,
  PriceOverrideDto,
  PriceOverrideListDto,
} from './dto/price.dto.js';
import { type RawQuery, unknownCursor } from '../../common/http/query.js';
import { readOverrideQuery } from './dto/price.query.js';
import type { PriceOverrideFeed } from './overrides/price-override-feed.js';
import type { OverrideDraft, OverrideScope, PriceOverrideStore } from './overrides/price-override-store.port.js';
import type { PriceOverride } from './overrides/price-override.types.js';

type Answer = PriceOverrideDto & AnsweredRates;

/**
 * What administrators do with price overrides. Those of an organisation see the overrides for it; only those of the
 * installation make any: whoever is billed must not set the price.
 */
export class PriceOverridesService {
  constructor(
    private readonly store: PriceOverrideStore,
    private readonly feed: PriceOverrideFeed,
  ) {}

  async create(admin: AdminPrincipal, dto: CreatePriceOverrideDto): Promise<Answer> {
    const organizationId = dto.organization_id ?? null;
    if (organizationId !== null) hideForeign(admin, organizationId, 'organization');
    refuseTenants(admin);
    const draft = {
      organizationId,
      provider: dto.provider,
      model: dto.model,
      pricing: readWrittenPricing(ratesOf(dto)),
      ...datesOf(dto, ALWAYS),
      note: dto.note ?? null,
    };
    const created = await this.store.add(scopeOf(admin), draft, admin.id);
    await this.feed.changed();
    return overrideAnswer(created);
  }

  async list(admin: AdminPrincipal, raw: RawQuery): Promise<PriceOverrideListDto> {
    const { limit, after, provider, model, organizationId } = readOverrideQuery(raw);
    if (organizationId !== undefined) hideForeign(admin, organizationId, 'organization');
    const filter = {
      ...(provider !== undefined && { provider }),
      ...(model !== undefined && { model }),
      ...(organizationId !== undefined && { organizationId }),
    };
    const page = await this.store.page(scopeOf(admin), filter, limit, after);
    if (!page) throw unknownCursor();
    const data = page.data.map(overrideAnswer);
    return {
      object: 'list',
      data,
      has_more: page.hasMore,
      first_id: data[0]?.id ?? null,
      last_id: data.at(-1)?.id ?? null,
    };
  }

  async retrieve(admin: AdminPrincipal, id: string): Promise<Answer> {
    return overrideAnswer(await this.find(admin, id));
  }

  async update(admin: AdminPrincipal, id: string, dto: UpdatePriceOverrideDto): Promise<Answer> {
    await this.find(admin, id);
    refuseTenants(admin);
    const changed = await this.store.change(scopeOf(admin), id, (old) => ownMerged(old, dto), admin.id);
    if (!changed) throw noOverride();
    await this.feed.changed();
    return overrideAnswer(changed);
  }

  async remove(admin: AdminPrincipal, id: string): Promise<DeletedPriceOverrideDto> {
    const before = await this.find(admin, id);
    refuseTenants(admin);
    assertOwnedByApi(before);
    if (!(await this.store.remove(scopeOf(admin), id))) throw noOverride();
    await this.feed.changed();
    return { id, object: 'price_override', deleted: true };
  }

  private async find(admin: AdminPrincipal, id: string): Promise<PriceOverride> {
    // What cannot be an id is none, before a database is asked that might not take it.
    const override = ID.test(id) ? await this.store.find(scopeOf(admin), id) : undefined;
    if (!override) throw noOverride();
    return override;
  }
}

const ID = /^pov_[0-9a-f]{24}$/;
const ALWAYS = { from: -Infinity, until: Infinity };

function ownMerged(old: PriceOverride, dto: UpdatePriceOverrideDto): OverrideDraft {
  assertOwnedByApi(old);
  return merged(old, dto);
}

function merged(old: PriceOverride, dto: UpdatePriceOverrideDto): OverrideDraft {
  const { organizationId, provider, model } = old;
  return {
    organizationId,
    provider,
    model,
    pricing: mergedPricing(old.pricing, dto),
    ...datesOf(dto, old),
    note: dto.note === undefined ? old.note : dto.note,
  };
}

/** Rates that are not named stay; null takes one away. */
function mergedPricing(old: Pricings, dto: UpdatePriceOverrideDto): Pricings {
  const named = Object.entries(ratesOf(dto, true));
  if (named.length === 0) return old;
  const written = { ...writePricing(old), ...Object.fromEntries(named) };
  return readWrittenPricing(Object.fromEntries(Object.entries(written).filter(([, value]) => value !== null)));
}

const RATE_NAMES = [...RATE_FIELDS.map(({ written }) => written), 'tiers', 'long_context'] as const;

function ratesOf(dto: UpdatePriceOverrideDto, withNulls = false): Record<string, unknown> {
  const given = RATE_NAMES.map((name): [string, unknown] => [name, dto[name]]);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined && (withNulls || value !== null)));
}

function datesOf(dto: UpdatePriceOverrideDto, old: { from: number; until: number }): { from: number; until: number } {
  const from = dateOf(dto.valid_from, old.from, -Infinity);
  const until = dateOf(dto.valid_until, old.until, Infinity);
  if (until > from) return { from, until };
  throw new GatewayError('invalid_value', "Invalid 'valid_until': expected a time after 'valid_from'.", {
    param: 'valid_until',
  });
}

function dateOf(text: string | null | undefined, old: number, none: number): number {
  if (text === undefined) return old;
  return text === null ? none : (readMoment(text) ?? none);
}

function scopeOf({ organizationId }: AdminPrincipal): OverrideScope {
  return organizationId === null ? 'all' : { organizationId };
}

/** Other organisations are not there. */
export function hideForeign(admin: AdminPrincipal, organizationId: string, what: string): void {
  if (admin.organizationId === null || admin.organizationId === organizationId) return;
  throw new GatewayError('not_found', `There is no ${what} with this id.`, { param: `${what}_id` });
}

function refuseTenants(admin: AdminPrincipal): void {
  if (admin.organizationId === null) return;
  throw new GatewayError(
    'permission_denied',
    'Prices are set by the administrators of this installation, not by those of an organisation.',
  );
}

function assertOwnedByApi({ managedBy, provider, model }: PriceOverride): void {
  if (managedBy !== 'file') return;
  throw new GatewayError(
    'conflict',
    `The price of '${provider}/${model}' is declared in asbru.yaml: change it there. The API only reads it.`,
  );
}

function noOverride(): GatewayError {
  return new GatewayError('not_found', 'There is no price override with this id.', { param: 'id' });
}
