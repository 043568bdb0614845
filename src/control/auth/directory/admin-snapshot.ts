import type { KeyDigest } from '../../secrets/key-hasher.port.js';
import type { AdminPrincipal } from '../admin.port.js';
import { permissionsOf } from '../authority/authority.js';
import { systemRole } from '../roles/system-roles.js';
import type { AdminRecords, AdminToken, Role } from '../store/admin-records.types.js';

/** A token with all that it means. */
export interface AdminEntry {
  readonly token: AdminToken;
  readonly role: Role | undefined;
  readonly principal: AdminPrincipal;
}

/** Why somebody is not let in. The log says it, and the answer never. */
export type RefusalReason = 'unknown' | 'revoked' | 'expired';

export type AdminLookup =
  | { readonly entry: AdminEntry; readonly refusal?: undefined }
  | { readonly entry?: AdminEntry | undefined; readonly refusal: RefusalReason };

/** All tokens and what they may do, as of one version. Immutable: whoever has begun with it ends with it. */
export class AdminSnapshot {
  private readonly byDigest = new Map<string, AdminEntry>();
  private readonly byId = new Map<string, AdminEntry>();
  readonly version: number;

  constructor({ version, tokens, roles }: AdminRecords) {
    this.version = version;
    const custom = new Map(roles.map((role) => [role.id, role]));
    for (const token of tokens) {
      const role = token.roleId === null ? undefined : (systemRole(token.roleId) ?? custom.get(token.roleId));
      const { id, name, organizationId } = token;
      const principal = { id, name, organizationId, permissions: permissionsOf(token, role) };
      const entry = { token, role, principal };
      this.byDigest.set(token.digest, entry);
      this.byId.set(id, entry);
    }
  }

  /** @param digests what may be stored of the token that was sent; all are looked at, whichever fits */
  find(digests: readonly KeyDigest[], now: number): AdminLookup {
    let entry: AdminEntry | undefined;
    for (const { digest } of digests) entry = this.byDigest.get(digest) ?? entry;
    if (!entry) return { refusal: 'unknown' };
    const { revokedAt, expiresAt } = entry.token;
    if (revokedAt !== null) return { entry, refusal: 'revoked' };
    if (expiresAt !== null && expiresAt.getTime() <= now) return { entry, refusal: 'expired' };
    return { entry };
  }

  entryOf(id: string): AdminEntry | undefined {
    return this.byId.get(id);
  }

  /** Secrets that stored tokens were hashed with. */
  get pepperIds(): ReadonlySet<string> {
    const live = [...this.byId.values()].filter(({ token }) => token.revokedAt === null);
    return new Set(live.map(({ token }) => token.pepperId));
  }
}
