import { Injectable } from '@nestjs/common';
import type { Provider } from './provider.port.js';

/** The configured upstreams, by the prefix of their model routes. Swapped whole when the configuration changes. */
@Injectable()
export class ProviderRegistry {
  private byName: ReadonlyMap<string, Provider>;
  private readonly listeners: Array<() => void> = [];

  constructor(private providers: readonly Provider[]) {
    this.byName = index(providers);
  }

  get(name: string): Provider | undefined {
    return this.byName.get(name);
  }

  all(): readonly Provider[] {
    return this.providers;
  }

  /** Puts other providers in the place of all; requests that run keep theirs. */
  replace(providers: readonly Provider[]): void {
    this.byName = index(providers);
    this.providers = providers;
    for (const listener of this.listeners) listener();
  }

  /** Calls back after each replacement. */
  onReplace(listener: () => void): void {
    this.listeners.push(listener);
  }
}

function index(providers: readonly Provider[]): ReadonlyMap<string, Provider> {
  const byName = new Map(providers.map((provider) => [provider.name, provider]));
  // Two providers of one name would make `name/model` routes depend on their order.
  if (byName.size !== providers.length) throw new Error('Two providers have the same name');
  return byName;
}
