import type { EntityManager } from '@mikro-orm/sql';
import { Injectable } from '@nestjs/common';
import { KnownOrganizations } from '../auth/known-organizations.port.js';
import type { Level } from '../contract/level.types.js';
import { PolicyScopes } from '../policies/policy-scopes.port.js';
import { withLevel } from './levels.js';
import { isStorableText } from './storable-text.js';
import { Tenancy } from './tenancy.js';
import { INSTALLATION } from './tenant-scope.js';

/** Tells administrators' tokens which organisations there are. */
@Injectable()
export class TenantOrganizations extends KnownOrganizations {
  override async has(id: string, em: EntityManager): Promise<boolean> {
    if (!isStorableText(id)) return false;
    return (await em.execute<unknown[]>('select id from organizations where id = ?', [id])).length > 0;
  }
}

/** Tells policies which entities there are. */
@Injectable()
export class TenantPolicyScopes extends PolicyScopes {
  constructor(private readonly tenancy: Tenancy) {
    super();
  }

  override organizationOf(level: Level, id: string): Promise<string | undefined> {
    return this.tenancy.read(INSTALLATION, async (reader) => {
      const row = await withLevel(level, (kind) => reader.find(kind, id));
      // An organisation is its own.
      return level === 'organization' ? row?.id : row?.organizationId;
    });
  }
}
