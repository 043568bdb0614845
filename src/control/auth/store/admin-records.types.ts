import type { Permission } from '../../../common/access/access.js';

/** A named set of permissions. Those of the system are in the code, those of an installation or organisation in the database. */
export interface Role {
  readonly id: string;
  /** null: of the whole installation. */
  readonly organizationId: string | null;
  readonly name: string;
  readonly description: string | null;
  readonly permissions: readonly Permission[];
  /** `file`: declared in asbru.yaml, and read-only in the API. Without it: the API's, or the system's own. */
  readonly managedBy?: 'api' | 'file';
  /** Id of the token that made it; null for the system's own. */
  readonly createdBy: string | null;
  /** null for the system's own. */
  readonly createdAt: Date | null;
  readonly updatedAt: Date | null;
}

/** An administrator's token; what was sent is not in it. */
export interface AdminToken {
  readonly id: string;
  /** null: it works on the whole installation. */
  readonly organizationId: string | null;
  readonly name: string;
  /** Its readable beginning. */
  readonly prefix: string;
  readonly digest: string;
  readonly pepperId: string;
  readonly roleId: string | null;
  /** With a role: only these of its permissions. Without: all that it has. null: the whole role. */
  readonly permissions: readonly Permission[] | null;
  /** From when on it is not accepted any more. */
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  /** Id of the token that made it, or `setup`. */
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly revokedAt: Date | null;
  readonly revokedBy: string | null;
}

/** What can change of a token. */
export type TokenChanges = Partial<
  Pick<AdminToken, 'name' | 'roleId' | 'permissions' | 'expiresAt' | 'updatedAt' | 'revokedAt' | 'revokedBy'>
>;
/** What can change of a role. */
export type RoleChanges = Partial<Pick<Role, 'name' | 'description' | 'permissions' | 'updatedAt'>>;

/** Everything that decides who may do what, as it was read at one time. */
export interface AdminRecords {
  readonly version: number;
  readonly tokens: readonly AdminToken[];
  /** Custom roles. */
  readonly roles: readonly Role[];
}

/** A one-time token for the first owner: its hash, and when it was made. */
export interface SetupSecret {
  readonly digest: string;
  readonly madeAt: Date;
}

/** Whose tokens or roles are meant: those of one organisation, or all. */
export type TenantScope = { readonly organizationId: string } | 'all';

/** A page of a list, the newest first. */
export interface PageQuery {
  readonly limit: number;
  /** Id of the last one of the page before. */
  readonly after: string | undefined;
}

/** One more than `limit` says that there are more. */
export interface Page<T> {
  readonly data: readonly T[];
  readonly hasMore: boolean;
}
