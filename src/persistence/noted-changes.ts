import type { EntityManager } from '@mikro-orm/sql';

/** One thing that a transaction makes, changes or takes away, as the audit log tells of it. */
export interface NotedChange {
  readonly verb: 'create' | 'update' | 'delete';
  /** As `virtual_key`. */
  readonly kind: string;
  readonly id: string;
  /** null: of the whole installation. */
  readonly organizationId: string | null;
  /** New values, where the transaction knows them better than the request does; never secrets. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** Is called in a transaction that has noted changes, when its work is done; when it throws, nothing is stored. */
export type ChangeRecorder = (em: EntityManager, changes: readonly NotedChange[]) => Promise<void>;

const noted = new WeakMap<EntityManager, NotedChange[]>();

/** Says what the transaction under way changes. Whoever changes what administrators own calls it, or no audit log has it. */
export function noteChange(em: EntityManager, change: NotedChange): void {
  const changes = noted.get(em);
  if (changes) changes.push(change);
  else noted.set(em, [change]);
}

/** What was noted, each thing once: the first verb, unless it goes, and the fields that were told. */
export function notedChanges(em: EntityManager): readonly NotedChange[] {
  const changes = noted.get(em);
  if (!changes) return [];
  const unique = new Map<string, NotedChange>();
  for (const change of changes) {
    const key = `${change.kind} ${change.id}`;
    const before = unique.get(key);
    unique.set(key, before ? { ...before, ...change, verb: verbOf(before, change) } : change);
  }
  return [...unique.values()];
}

function verbOf(before: NotedChange, after: NotedChange): NotedChange['verb'] {
  return after.verb === 'delete' ? 'delete' : before.verb;
}
