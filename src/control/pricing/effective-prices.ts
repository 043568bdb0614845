import { GatewayError } from '../../common/errors/gateway-error.js';
import { isPattern } from '../../config/file/model-pattern.js';
import { type FoundPrice, overridden, type PriceLookup } from './price-lookup.js';

/** The price of each model at a moment, and of what else overrides are about; by provider and model. */
export function effectivePrices(lookup: PriceLookup, at: number, organizationId: string | null): FoundPrice[] {
  const rows = new Map<string, FoundPrice>();
  for (const { provider, model } of lookup.index.records) {
    const { found } = lookup.at(provider, provider, model, at, organizationId);
    if (found) rows.set(keyOf(provider, model), found);
  }
  for (const { provider, model } of overridesOf(lookup, at, organizationId)) {
    const key = keyOf(provider, model);
    if (!rows.has(key)) rows.set(key, foundFor(lookup, provider, model, at, organizationId));
  }
  return [...rows.values()].toSorted(byName);
}

/** How an administrator names a model: with its provider, as `provider/model`, or alone. */
export interface NamedModel {
  readonly model: string;
  readonly provider: string | undefined;
  /** Type of the provider, when it has another name than its type. */
  readonly kind: string | undefined;
}

/**
 * The price of a model that an administrator names.
 * @throws GatewayError when it has none, or when several providers have it
 */
export function findNamed(lookup: PriceLookup, named: NamedModel, at: number, owner: string | null): FoundPrice {
  const { model, provider, kind } = named;
  if (provider !== undefined) {
    const { found } = lookup.at(provider, kind ?? provider, model, at, owner);
    if (!found) throw unpriced(lookup, provider, model);
    return found;
  }
  const { vendor, rest } = splitName(model);
  const direct = rest === undefined ? undefined : lookup.at(vendor, kind ?? vendor, rest, at, owner).found;
  return direct ?? theOnly(lookup, ofAnyProvider(lookup, model, at, owner), model);
}

/** `provider/model`; names of models may have slashes too. */
function splitName(name: string): { vendor: string; rest: string | undefined } {
  const slash = name.indexOf('/');
  return slash > 0 ? { vendor: name.slice(0, slash), rest: name.slice(slash + 1) } : { vendor: '', rest: undefined };
}

function theOnly(lookup: PriceLookup, [first, ...others]: readonly FoundPrice[], model: string): FoundPrice {
  const { vendor, rest = model } = splitName(model);
  if (!first) throw unpriced(lookup, vendor, rest);
  if (others.length === 0) return first;
  const names = [first, ...others].map(({ price }) => price.provider).join(', ');
  throw new GatewayError('invalid_value', `Several providers have '${model}': ${names}. Name one in 'provider'.`, {
    param: 'model',
  });
}

function ofAnyProvider(lookup: PriceLookup, model: string, at: number, owner: string | null): FoundPrice[] {
  const providers = [...new Set(lookup.index.records.map(({ provider }) => provider))];
  // An override for all providers would make every one of them have the model.
  return providers
    .filter((provider) => lookup.index.find(provider, provider, model).length > 0)
    .flatMap((provider) => lookup.at(provider, provider, model, at, owner).found ?? []);
}

/** Those that hold at a moment: the organisation's, then everybody's. */
function overridesOf(
  { overrides }: PriceLookup,
  at: number,
  organizationId: string | null,
): Array<{ provider: string; model: string }> {
  const own = organizationId === null ? [] : overrides.of(organizationId);
  return [...own, ...overrides.of(null)].filter(({ from, until }) => at >= from && at < until);
}

function foundFor(
  lookup: PriceLookup,
  provider: string,
  model: string,
  at: number,
  organizationId: string | null,
): FoundPrice {
  const { found } = isPattern(model) ? { found: undefined } : lookup.at(provider, provider, model, at, organizationId);
  if (found) return found;
  const own = organizationId === null ? [] : lookup.overrides.of(organizationId);
  const override = [...own, ...lookup.overrides.of(null)].find(
    (one) => one.provider === provider && one.model === model && at >= one.from && at < one.until,
  );
  // It was one of these that the row is made for.
  if (!override) throw new Error(`no override for ${provider}/${model}`);
  return overridden(override, undefined, provider, model);
}

function unpriced({ index }: PriceLookup, provider: string, model: string): GatewayError {
  const known = index.unpriced.find((one) => one.model === model && (provider === '' || one.provider === provider));
  const why = known ? ` It has none on purpose: ${known.reason}` : '';
  return new GatewayError('not_found', `There is no price for '${model}' at this time.${why}`, { param: 'model' });
}

const keyOf = (provider: string, model: string): string => `${provider}\n${model}`;

function byName({ price: a }: FoundPrice, { price: b }: FoundPrice): number {
  return a.provider < b.provider || (a.provider === b.provider && a.model < b.model) ? -1 : 1;
}
