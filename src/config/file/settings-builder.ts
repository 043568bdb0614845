import { deepFreeze } from './deep-freeze.js';
import type {
  AliasSettings,
  GatewaySettings,
  KeySettings,
  ModelOverride,
  NamedTarget,
  ProviderSettings,
  RouteSettings,
  RouteTarget,
} from './gateway-settings.types.js';
import { bySpecificity, isPattern } from './model-pattern.js';
import { policyOf } from './policy-builder.js';
import { profileOf } from './profile-builder.js';
import { normaliseBaseUrl, typeFacts } from './provider-types.js';
import type { RawKey, RawPolicy, RawProvider, RawRoute, RawSettings } from './raw-settings.types.js';
import { routingOf } from './routing-builder.js';
import { Secret } from './secret.js';
import { DEFAULTS } from './settings-defaults.js';
import { versionOf } from './settings-version.js';
import { TargetResolver } from './target-resolver.js';

/** Where content comes from. */
export interface SettingsOrigin {
  /** The file's path, or `environment`. */
  readonly source: string;
  /** Providers that the built-in simulator stands in for. */
  readonly sandboxed?: readonly string[];
}

/** Makes the snapshot of content that has been checked. */
export function buildSettings(raw: RawSettings, { source, sandboxed = [] }: SettingsOrigin): GatewaySettings {
  const resolver = new TargetResolver({
    providers: new Set(Object.keys(raw.providers)),
    routes: new Set(Object.keys(raw.routes ?? {})),
    aliases: new Map(Object.entries(raw.models?.aliases ?? {})),
  });
  const content = {
    providers: dictionary(raw.providers, (provider, name) => providerOf(name, provider, sandboxed.includes(name))),
    aliases: aliasesOf(raw.models?.aliases ?? {}, resolver),
    routes: dictionary(raw.routes ?? {}, (route, name) => routeOf(name, route, resolver)),
    routing: routingOf(raw.routing ?? {}),
  };
  return deepFreeze({ version: versionOf(content), source, ...content });
}

/** A mapping without prototype: names of callers must not find `constructor`. */
function dictionary<V, T>(
  entries: Readonly<Record<string, V>>,
  make: (value: V, name: string) => T,
): Record<string, T> {
  const made: Record<string, T> = Object.create(null);
  for (const [name, value] of Object.entries(entries)) made[name] = make(value, name);
  return made;
}

/** Stands for the missing key of an upstream that needs none. */
const NO_KEY: RawKey = { name: 'none', value: '' };

function providerOf(name: string, raw: RawProvider, sandbox: boolean): ProviderSettings {
  const retries = { ...DEFAULTS.retries, ...raw.retries };
  return {
    name,
    type: raw.type,
    baseUrl: normaliseBaseUrl(raw.type, raw.base_url ?? typeFacts(raw.type).baseUrl ?? ''),
    sandbox,
    headers: dictionary(lowered(raw.headers ?? {}), (value) => new Secret(value)),
    apiVersion: raw.api_version ?? null,
    deployments: dictionary(raw.deployments ?? {}, (deployment) => deployment),
    profile: profileOf(raw.profile ?? {}),
    keys: (raw.keys ?? [NO_KEY]).map(keyOf),
    retries: {
      max: retries.max,
      budgetPercent: retries.budget_percent,
      budgetFloor: retries.budget_floor,
      baseMs: retries.base_ms,
      maxWaitMs: retries.max_wait_ms,
    },
    retiredKeyProbeMs: raw.retired_key_probe_ms ?? DEFAULTS.retired_key_probe_ms,
    policy: policyOf(raw),
    models: overridesOf(raw, raw.models ?? {}),
  };
}

/** Header names differ in no letter case. */
function lowered(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function overridesOf(provider: RawPolicy, overrides: Readonly<Record<string, RawPolicy>>): ModelOverride[] {
  return Object.entries(overrides)
    .map(([pattern, override]) => ({ pattern, policy: policyOf(provider, override) }))
    .toSorted((a, b) => bySpecificity(a.pattern, b.pattern));
}

function keyOf(raw: RawKey): KeySettings {
  return {
    name: raw.name,
    value: new Secret(raw.value),
    weight: raw.weight ?? DEFAULTS.key.weight,
    models: [...(raw.models ?? DEFAULTS.key.models)],
    limits: {
      requestsPerMinute: raw.limits?.requests_per_minute ?? null,
      tokensPerMinute: raw.limits?.tokens_per_minute ?? null,
      uncachedTokensPerMinute: raw.limits?.uncached_tokens_per_minute ?? null,
    },
  };
}

function aliasesOf(raw: Readonly<Record<string, string>>, resolver: TargetResolver): AliasSettings {
  const targets = Object.entries(raw).map(([name, text]) => ({ name, target: checked(resolver, text) }));
  const exact = targets.filter(({ name }) => !isPattern(name)).map(({ name, target }) => [name, target] as const);
  return {
    exact: dictionary(Object.fromEntries(exact), (target) => target),
    patterns: targets
      .filter(({ name }) => isPattern(name))
      .map(({ name, target }) => ({ pattern: name, target }))
      .toSorted((a, b) => bySpecificity(a.pattern, b.pattern)),
  };
}

function routeOf(name: string, raw: RawRoute, resolver: TargetResolver): RouteSettings {
  const route = { ...DEFAULTS.route, ...raw };
  const hedge = { ...DEFAULTS.hedge, ...raw.hedge };
  return {
    name,
    strategy: route.strategy,
    targets: raw.targets.map((target) => targetOf(target, resolver)),
    fallbackOnContentFilter: route.fallback_on_content_filter,
    resume: route.resume,
    hedge: { enabled: hedge.enabled, percentile: hedge.percentile, minMs: hedge.min_ms },
  };
}

function targetOf(raw: RawRoute['targets'][number], resolver: TargetResolver): RouteTarget {
  const { model: name, weight } = typeof raw === 'string' ? { model: raw } : raw;
  const target = checked(resolver, name);
  if (target.kind !== 'model') throw new Error('A route leads to a route: the content was not checked');
  return { provider: target.provider, model: target.model, weight: weight ?? DEFAULTS.target.weight };
}

function checked(resolver: TargetResolver, name: string): NamedTarget {
  const target = resolver.resolve(name);
  if (target.kind === 'model' || target.kind === 'route') return target;
  throw new Error('A name leads nowhere: the content was not checked');
}
