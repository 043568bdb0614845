import type { EntityManager } from '@mikro-orm/sql';

/** Which organisations there are, for what is bound to one. The class is the injection token. */
export abstract class KnownOrganizations {
  /** As the transaction under way sees it. */
  abstract has(id: string, em: EntityManager): Promise<boolean>;
}
