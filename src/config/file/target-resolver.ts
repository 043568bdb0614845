import type { NamedTarget } from './gateway-settings.types.js';
import { bySpecificity, isPattern, matchesPattern } from './model-pattern.js';

/** A name that leads to no model. */
export type DeadEnd = { readonly kind: 'nowhere' } | { readonly kind: 'cycle'; readonly trail: readonly string[] };

/** The names that a file declares. */
export interface DeclaredNames {
  readonly providers: ReadonlySet<string>;
  readonly routes: ReadonlySet<string>;
  /** From exact names and patterns to what they stand for. */
  readonly aliases: ReadonlyMap<string, string>;
}

/** Splits `provider/model` if that provider is declared. */
export function splitModel(name: string, isProvider: (provider: string) => boolean): NamedTarget | undefined {
  const slash = name.indexOf('/');
  if (slash < 1 || slash === name.length - 1) return undefined;
  const provider = name.slice(0, slash);
  return isProvider(provider) ? { kind: 'model', provider, model: name.slice(slash + 1) } : undefined;
}

/**
 * Follows names to a route or a model. In this order a name is: a route, an exact alias, `provider/model`, and what fits
 * an alias pattern; so a pattern for everything hides no provider.
 */
export class TargetResolver {
  private readonly patterns: readonly string[];

  constructor(private readonly names: DeclaredNames) {
    this.patterns = [...names.aliases.keys()].filter(isPattern).toSorted(bySpecificity);
  }

  /** `from` is the alias or route whose target `name` is. */
  resolve(name: string, from?: string): NamedTarget | DeadEnd {
    const trail = from === undefined ? [] : [from];
    let at = name;
    for (;;) {
      if (this.names.routes.has(at)) return { kind: 'route', route: at };
      const alias = this.aliasFor(at);
      if (typeof alias === 'object') return alias;
      if (trail.includes(alias)) return { kind: 'cycle', trail: [...trail, alias] };
      trail.push(alias);
      at = this.names.aliases.get(alias) ?? '';
    }
  }

  private aliasFor(name: string): string | NamedTarget | DeadEnd {
    if (this.names.aliases.has(name) && !isPattern(name)) return name;
    const model = splitModel(name, (provider) => this.names.providers.has(provider));
    return model ?? this.patterns.find((pattern) => matchesPattern(pattern, name)) ?? { kind: 'nowhere' };
  }
}
