import type { Level } from '../contract/level.types.js';

/** Which entities there are that a rule may bind. The class is the injection token. */
export abstract class PolicyScopes {
  /** The organisation that an entity belongs to (of an organisation: itself); undefined when there is none. */
  abstract organizationOf(level: Level, id: string): Promise<string | undefined>;
}
