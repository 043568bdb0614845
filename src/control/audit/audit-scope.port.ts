import { AsyncLocalStorage } from 'node:async_hooks';
import type { AuditActor } from './audit-event.types.js';

/** On whose behalf a piece of work changes something. */
export interface AuditSource {
  readonly actor: AuditActor;
  /** As `virtual_keys.update`; without it each change tells its own. */
  readonly action?: string;
  readonly route?: string;
  readonly requestId?: string;
  readonly clientAddress?: string;
  /** What was asked for: the values that all changes of this work get. */
  readonly fields?: unknown;
  /** Further facts for each event. */
  readonly note?: Readonly<Record<string, unknown>>;
}

/** Holds the source while the work lasts: what a timer does that was set meanwhile is nobody's. */
export interface AuditScope {
  read: (() => AuditSource) | undefined;
}

const storage = new AsyncLocalStorage<AuditScope>();

/** Does some work in somebody's name. */
export async function auditedAs<T>(source: AuditSource, work: () => Promise<T>): Promise<T> {
  const scope: AuditScope = { read: () => source };
  try {
    return await storage.run(scope, work);
  } finally {
    scope.read = undefined;
  }
}

/** Does some work in a scope that its maker ends. */
export function inAuditScope(scope: AuditScope, work: () => void): void {
  storage.run(scope, work);
}

/** In whose name the work under way is done; undefined: the gateway's own. */
export function auditSource(): AuditSource | undefined {
  return storage.getStore()?.read?.();
}
