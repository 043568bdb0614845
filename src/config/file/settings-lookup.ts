import type {
  GatewaySettings,
  KeySettings,
  ModelPolicy,
  NamedTarget,
  ProviderSettings,
} from './gateway-settings.types.js';
import { matchesPattern } from './model-pattern.js';
import { splitModel } from './target-resolver.js';

/**
 * What the settings say of a caller's `model`: a route, an alias or a declared provider's model. Undefined is a bare model
 * id or an unknown name. The order is that of TargetResolver.
 */
export function targetOf(settings: GatewaySettings, name: string): NamedTarget | undefined {
  if (settings.routes[name]) return { kind: 'route', route: name };
  return (
    settings.aliases.exact[name] ??
    splitModel(name, (provider) => settings.providers[provider] !== undefined) ??
    settings.aliases.patterns.find(({ pattern }) => matchesPattern(pattern, name))?.target
  );
}

/** Clocks, breaker and chunk policy of a provider's model. */
export function policyFor(provider: ProviderSettings, model: string): ModelPolicy {
  return provider.models.find(({ pattern }) => matchesPattern(pattern, model))?.policy ?? provider.policy;
}

/** The keys that may be used for a model. */
export function keysFor(provider: ProviderSettings, model: string): KeySettings[] {
  return provider.keys.filter(({ models }) => models.some((pattern) => matchesPattern(pattern, model)));
}
