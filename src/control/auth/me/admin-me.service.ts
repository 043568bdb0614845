import { Injectable } from '@nestjs/common';
import type { AdminPrincipal } from '../admin.port.js';
import { notAuthenticated } from '../authority/denials.js';
import { inOrder } from '../authority/permissions.js';
import { AdminDirectory } from '../directory/admin-directory.js';
import type { AdminMeDto } from './admin-me.dto.js';

/** What an administrator sees of himself. */
@Injectable()
export class AdminMeService {
  constructor(private readonly directory: AdminDirectory) {}

  read(admin: AdminPrincipal): AdminMeDto {
    const entry = this.directory.entryOf(admin.id);
    // Forgotten between the guard and here.
    if (!entry) throw notAuthenticated();
    const { token, role } = entry;
    return {
      object: 'admin',
      id: admin.id,
      name: admin.name,
      prefix: token.prefix,
      organization_id: admin.organizationId,
      role_id: token.roleId,
      role_name: role?.name ?? null,
      permissions: inOrder(admin.permissions),
      expires_at: token.expiresAt?.toISOString() ?? null,
      created_at: token.createdAt.toISOString(),
    };
  }
}
