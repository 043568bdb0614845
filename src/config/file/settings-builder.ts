import { deepFreeze } from './deep-freeze.js';
import { dictionary } from './dictionary.js';
import type {
  AliasSettings,
  GatewaySettings,
  NamedTarget,
  RouteSettings,
  RouteTarget,
} from './gateway-settings.types.js';
import { governanceOf } from './governance/governance-builder.js';
import { bySpecificity, isPattern } from './model-pattern.js';
import { providerOf } from './provider-builder.js';
import type { RawRoute, RawSettings } from './raw-settings.types.js';
import { routingOf } from './routing-builder.js';
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
    ...(raw.governance && { governance: governanceOf(raw.governance) }),
  };
  return deepFreeze({ version: versionOf(content), source, ...content });
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
