import { DEFAULTS } from './settings-defaults.js';
import type { NamedTarget } from './gateway-settings.types.js';
import type { Pointer } from './json-pointer.js';
import { matchesPattern } from './model-pattern.js';
import { nearName } from '../../common/json/near-name.js';
import { providerProblems } from './provider-check.js';
import { RawView } from './raw-view.js';
import type { LocatedProblem } from './source-map.js';
import { type DeadEnd, type DeclaredNames, TargetResolver } from './target-resolver.js';

/** What is wrong between the parts of the content. Texts at `filled` places came from the environment and are not quoted. */
export function referenceProblems(data: unknown, filled: ReadonlySet<Pointer>): LocatedProblem[] {
  return new ReferenceCheck(new RawView(data), filled).run();
}

class ReferenceCheck {
  private readonly problems: LocatedProblem[] = [];
  private readonly names: DeclaredNames;
  private readonly resolver: TargetResolver;

  constructor(
    private readonly root: RawView,
    private readonly filled: ReadonlySet<Pointer>,
  ) {
    const aliases = this.aliases().flatMap(([name, { text }]) => (text === undefined ? [] : [[name, text] as const]));
    this.names = {
      providers: new Set(this.providers().map(([name]) => name)),
      routes: new Set(this.routes().map(([name]) => name)),
      aliases: new Map(aliases),
    };
    this.resolver = new TargetResolver(this.names);
  }

  run(): LocatedProblem[] {
    for (const [, provider] of this.providers()) this.problems.push(...providerProblems(provider));
    for (const [name, alias] of this.aliases()) this.checkAlias(name, alias);
    for (const [name, route] of this.routes()) this.checkRoute(name, route);
    this.checkThresholds();
    return this.problems;
  }

  private providers(): (readonly [string, RawView])[] {
    return this.root.get('providers').entries();
  }

  private aliases(): (readonly [string, RawView])[] {
    return this.root.get('models').get('aliases').entries();
  }

  private routes(): (readonly [string, RawView])[] {
    return this.root.get('routes').entries();
  }

  private checkAlias(name: string, { text, pointer }: RawView): void {
    if (!text) return;
    const target = this.resolver.resolve(text, name);
    if (target.kind === 'model') this.checkKeys(target, pointer);
    else if (target.kind !== 'route') this.reportDeadEnd(target, text, pointer);
  }

  private checkRoute(name: string, route: RawView): void {
    const clash = { pointer: route.pointer, onKey: true };
    if (this.names.providers.has(name)) {
      this.problems.push({ ...clash, message: 'a provider has this name: name the route differently' });
    }
    if (this.names.aliases.has(name)) {
      this.problems.push({ ...clash, message: 'an alias has this name: name one of them differently' });
    }
    const strategy = route.get('strategy').text ?? DEFAULTS.route.strategy;
    const seen = new Set<string>();
    for (const target of route.get('targets').items()) {
      this.checkTarget(name, target.text === undefined ? target.get('model') : target, seen);
      const weight = target.get('weight');
      if (weight.value !== undefined && strategy === 'ordered') {
        const message =
          "has no effect in the order that is written: remove it, or set strategy to 'weighted' or 'adaptive'";
        this.problems.push({ pointer: weight.pointer, message });
      }
    }
  }

  private checkTarget(route: string, { text, pointer }: RawView, seen: Set<string>): void {
    if (!text) return;
    const target = this.resolver.resolve(text);
    if (target.kind === 'route') {
      const message =
        target.route === route
          ? `the route leads to itself: ${route} → ${this.filled.has(pointer) ? '…' : text} → ${route}`
          : `leads to the route '${target.route}', and a route holds models only: list its targets here`;
      this.problems.push({ pointer, message });
    } else if (target.kind !== 'model') this.reportDeadEnd(target, text, pointer);
    else {
      const id = `${target.provider}/${target.model}`;
      if (seen.has(id)) this.problems.push({ pointer, message: 'the same model is a target twice: remove one' });
      seen.add(id);
      this.checkKeys(target, pointer);
    }
  }

  /** A model that no key may be used for would never answer. */
  private checkKeys(target: NamedTarget, pointer: Pointer): void {
    if (target.kind !== 'model') return;
    const keys = this.root.get('providers').get(target.provider).get('keys').items();
    const allowed = keys.some((key) => {
      const { value } = key.get('models');
      if (!Array.isArray(value)) return true;
      return value.some((pattern) => typeof pattern === 'string' && matchesPattern(pattern, target.model));
    });
    if (allowed || keys.length === 0) return;
    const message = `no key of the provider '${target.provider}' may be used for this model: add it to the models of a key`;
    this.problems.push({ pointer, message });
  }

  private reportDeadEnd(end: DeadEnd, text: string, pointer: Pointer): void {
    if (end.kind === 'cycle') {
      this.problems.push({ pointer, message: `the aliases go in a circle: ${end.trail.join(' → ')}` });
    } else if (!this.leadsOn(text)) this.problems.push({ pointer, message: this.nowhere(text, pointer) });
  }

  /** Whether the mistake is in an alias further on, where it is reported. */
  private leadsOn(text: string): boolean {
    for (const name of this.names.aliases.keys()) if (matchesPattern(name, text)) return true;
    return false;
  }

  private nowhere(text: string, pointer: Pointer): string {
    const providers = [...this.names.providers];
    if (this.filled.has(pointer)) return 'the text from the environment is no provider/model, route or alias';
    const slash = text.indexOf('/');
    const named = text.slice(0, Math.max(0, slash));
    if (this.names.providers.has(named)) return `'${text}' names no model: write the model's id after the slash`;
    if (slash < 1) {
      const near = nearName(text, [...this.names.routes, ...this.names.aliases.keys()]);
      const hint =
        near === undefined
          ? `write provider/model, such as ${providers[0] ?? 'cerebras'}/${text}`
          : `did you mean '${near}'?`;
      return `'${text}' is no route and no alias: ${hint}`;
    }
    const near = nearName(named, providers);
    const hint = near === undefined ? `declared are: ${providers.join(', ')}` : `did you mean '${near}'?`;
    return `there is no provider '${named}': ${hint}`;
  }

  private checkThresholds(): void {
    const adaptive = this.root.get('routing').get('adaptive');
    const degraded = adaptive.get('degraded_error_rate').number ?? DEFAULTS.adaptive.degraded_error_rate;
    const failed = adaptive.get('failed_error_rate').number ?? DEFAULTS.adaptive.failed_error_rate;
    if (failed >= degraded) return;
    const message = `failed_error_rate (${failed}) must not be below degraded_error_rate (${degraded})`;
    this.problems.push({ pointer: adaptive.pointer, message });
  }
}
