import { Injectable } from '@nestjs/common';
import type { AdminPrincipal } from '../auth/admin.port.js';
import { organizationFor, scopeOf } from '../tenancy/admin-scope.js';
import { type EntityAnswer, entityAnswer } from '../tenancy/entity-answer.js';
import { USER } from '../tenancy/kinds.js';
import type { TermsAnswer } from '../tenancy/level-terms.js';
import { LevelService } from '../tenancy/level.service.js';
import type { CreateUserDto, UpdateUserDto } from './dto/user.dto.js';
import type { UserRow } from './user.entity.js';

export interface UserAnswer extends EntityAnswer {
  readonly name: string;
  readonly email: string;
  readonly external_id: string | null;
}

/** What administrators do with users: people who call models, not those who administer. */
@Injectable()
export class UsersService extends LevelService<UserRow, UserAnswer> {
  protected override readonly kind = USER;
  protected override readonly level = 'user';
  protected override readonly filters = {
    email: (email: string) => ({ email: email.toLowerCase() }),
    external_id: (externalId: string) => ({ externalId }),
  };

  create(admin: AdminPrincipal, dto: CreateUserDto): Promise<UserAnswer & TermsAnswer> {
    return this.tenancy.write(scopeOf(admin), async (session) => {
      const organizationId = await organizationFor(session, dto.organization_id);
      const row = {
        ...this.fresh(organizationId),
        name: dto.name,
        email: dto.email.toLowerCase(),
        externalId: dto.external_id ?? null,
      };
      return this.add(session, admin, row, dto);
    });
  }

  update(admin: AdminPrincipal, id: string, dto: UpdateUserDto): Promise<UserAnswer & TermsAnswer> {
    return this.change(admin, id, () => ({
      updatedAt: this.now,
      ...(dto.name && { name: dto.name }),
      ...(dto.email && { email: dto.email.toLowerCase() }),
      ...(dto.external_id !== undefined && { externalId: dto.external_id }),
    }));
  }

  protected override present(row: UserRow): UserAnswer {
    return {
      ...entityAnswer('user', row),
      name: row.name,
      email: row.email,
      external_id: row.externalId ?? null,
    };
  }
}
