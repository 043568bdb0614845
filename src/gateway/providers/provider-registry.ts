import { Injectable } from '@nestjs/common';
import type { Provider } from './provider.port.js';

/** The configured upstreams, by the prefix of their model routes. */
@Injectable()
export class ProviderRegistry {
  private readonly byName: ReadonlyMap<string, Provider>;

  constructor(private readonly providers: readonly Provider[]) {
    this.byName = new Map(providers.map((provider) => [provider.name, provider]));
    // Two providers of one name would make `name/model` routes depend on their order.
    if (this.byName.size !== providers.length) throw new Error('Two providers have the same name');
  }

  get(name: string): Provider | undefined {
    return this.byName.get(name);
  }

  all(): readonly Provider[] {
    return this.providers;
  }
}
