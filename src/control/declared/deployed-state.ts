import type { EntityManager } from '@mikro-orm/sql';
import { DeclaredStateRow } from './declared-state.entity.js';
import type { DeployedState, Deployment } from './deployment.js';

const STATE = { id: 1 } as const;

/** Undefined until a file has been applied. */
export async function deployedState(em: EntityManager): Promise<DeployedState | undefined> {
  return (await em.findOne(DeclaredStateRow, STATE, { disableIdentityMap: true })) ?? undefined;
}

/** Notes that a deployment is in force; `appliedAt` stays where nothing was to be done. */
export async function keepState(em: EntityManager, mine: Deployment, appliedAt: Date, by: string): Promise<void> {
  const { version, revision, deployedAt } = mine;
  await em.upsert(DeclaredStateRow, { ...STATE, version, revision, deployedAt, appliedAt, appliedBy: by });
}

/** The same file was deployed once more: what was deployed between gives way to it from now on. */
export async function touchState(em: EntityManager, { version, deployedAt }: Deployment): Promise<void> {
  await em.nativeUpdate(DeclaredStateRow, { ...STATE, version, deployedAt: { $lt: deployedAt } }, { deployedAt });
}
