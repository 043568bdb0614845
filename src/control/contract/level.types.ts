/** From the widest to the narrowest. Every virtual key has an organisation; the others are optional. */
export const LEVELS = ['organization', 'customer', 'team', 'project', 'user', 'virtual_key'] as const;
export type Level = (typeof LEVELS)[number];

/** One of the entities that a key's calls count for. */
export interface LevelRef {
  readonly level: Level;
  readonly id: string;
  readonly name: string;
}
