import type {
  AdminRecords,
  AdminToken,
  Page,
  PageQuery,
  Role,
  RoleChanges,
  SetupSecret,
  TenantScope,
  TokenChanges,
} from './admin-records.types.js';

/** What one change sees and does: nobody else changes anything until it is over. */
export interface AdminTransaction {
  /** Whether there is such an organisation; one that is being removed is gone. */
  hasOrganization(id: string): Promise<boolean>;
  token(id: string): Promise<AdminToken | undefined>;
  role(id: string): Promise<Role | undefined>;
  /** Custom roles of the installation (null) or of an organisation that have the name. */
  rolesNamed(name: string, organizationId: string | null): Promise<Role[]>;
  /** How many tokens that are not revoked have the role. */
  countTokensOf(roleId: string): Promise<number>;
  /** How many tokens own the installation: the whole role `owner`, without an end, not revoked. A tenant sees none. */
  countOwners(): Promise<number>;
  insertToken(token: AdminToken): Promise<void>;
  updateToken(id: string, changes: TokenChanges): Promise<void>;
  insertRole(role: Role): Promise<void>;
  updateRole(id: string, changes: RoleChanges): Promise<void>;
  deleteRole(id: string): Promise<void>;
  setupSecret(): Promise<SetupSecret | undefined>;
  keepSetupSecret(secret: SetupSecret): Promise<void>;
}

/**
 * Where administrators' tokens and roles are kept. The class is the injection token.
 * @throws GatewayError `storage_unavailable` (503) from each method while the database is away
 */
export abstract class AdminStore {
  /** Grows with each change. */
  abstract version(): Promise<number>;
  /** Everything, without tokens that were revoked before `revokedSince`. */
  abstract load(revokedSince: Date): Promise<AdminRecords>;
  /** Changes run one after the other, on all nodes; one that throws leaves nothing behind. A tenant's changes his own. */
  abstract change<T>(scope: TenantScope, work: (records: AdminTransaction) => Promise<T>): Promise<T>;

  abstract token(scope: TenantScope, id: string): Promise<AdminToken | undefined>;
  /** The newest first; undefined when `after` names none of them. */
  abstract tokens(scope: TenantScope, page: PageQuery): Promise<Page<AdminToken> | undefined>;
  /** Custom roles that can be seen: of an organisation and the installation's, or all; the newest first. */
  abstract roles(scope: TenantScope): Promise<Role[]>;

  /** Notes when tokens were last used; one that has a later time keeps it. */
  abstract noteUse(uses: ReadonlyMap<string, Date>): Promise<void>;
}
