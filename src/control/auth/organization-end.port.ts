import type { EntityManager } from '@mikro-orm/sql';
import { noteChange } from '../../persistence/noted-changes.js';
import { AdminTokenRow } from './store/admin-token.entity.js';
import { raiseVersion } from './store/admin-version.js';
import { RoleRow } from './store/role.entity.js';

/** What went with an organisation. */
export interface EndedAdmins {
  /** Ids of the tokens that were revoked. */
  readonly tokens: readonly string[];
  /** Ids of the custom roles that were deleted. */
  readonly roles: readonly string[];
}

/**
 * Revokes the tokens and deletes the roles of an organisation, inside the transaction that removes it. Tokens stay as
 * revoked ones, so that what they did can still be told of somebody.
 */
export async function endAdminsOf(
  em: EntityManager,
  organizationId: string,
  by: string,
  at: Date,
): Promise<EndedAdmins> {
  // Whoever makes a token now waits, and finds no organisation.
  await raiseVersion(em);
  const live = { organizationId, revokedAt: null };
  const tokens = await em.find(AdminTokenRow, live, { ...PLAIN, fields: ['id'] });
  const roles = await em.find(RoleRow, { organizationId }, { ...PLAIN, fields: ['id'] });
  if (tokens.length > 0) await em.nativeUpdate(AdminTokenRow, live, { revokedAt: at, revokedBy: by, updatedAt: at });
  if (roles.length > 0) await em.nativeDelete(RoleRow, { organizationId });
  for (const { id } of tokens) noteChange(em, { verb: 'delete', kind: 'admin_token', id, organizationId });
  for (const { id } of roles) noteChange(em, { verb: 'delete', kind: 'role', id, organizationId });
  return { tokens: tokens.map(({ id }) => id), roles: roles.map(({ id }) => id) };
}

/** Takes over what changed of tokens and roles: this node at once, the others when they hear of it. The injection token. */
export abstract class AdminChanges {
  abstract changed(): Promise<void>;
}

/** Rows are only read, so nothing is compared or kept. */
const PLAIN = { disableIdentityMap: true } as const;
