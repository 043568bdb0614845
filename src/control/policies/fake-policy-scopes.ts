import type { Level } from '../contract/level.types.js';
import { PolicyScopes } from './policy-scopes.port.js';

/** Entities by `level/id`, with their organisation. */
export class FakePolicyScopes extends PolicyScopes {
  constructor(private readonly entities: Readonly<Record<string, string>>) {
    super();
  }

  override async organizationOf(level: Level, id: string): Promise<string | undefined> {
    return this.entities[`${level}/${id}`];
  }
}
