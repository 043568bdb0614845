import { Injectable } from '@nestjs/common';
import type { AdminPrincipal } from '../auth/admin.port.js';
import { organizationFor, scopeOf } from '../tenancy/admin-scope.js';
import { type EntityAnswer, entityAnswer } from '../tenancy/entity-answer.js';
import { CUSTOMER } from '../tenancy/kinds.js';
import type { TermsAnswer } from '../tenancy/level-terms.js';
import { LevelService } from '../tenancy/level.service.js';

import type { CreateCustomerDto, UpdateCustomerDto } from './dto/customer.dto.js';
import type { CustomerRow } from './customer.entity.js';

export interface CustomerAnswer extends EntityAnswer {
  readonly name: string;
  readonly external_id: string | null;
}

/** What administrators do with customers. */
@Injectable()
export class CustomersService extends LevelService<CustomerRow, CustomerAnswer> {
  protected override readonly kind = CUSTOMER;
  protected override readonly level = 'customer';
  protected override readonly filters = { external_id: (externalId: string) => ({ externalId }) };

  create(admin: AdminPrincipal, dto: CreateCustomerDto): Promise<CustomerAnswer & TermsAnswer> {
    return this.tenancy.write(scopeOf(admin), async (session) => {
      const organizationId = await organizationFor(session, dto.organization_id);
      const row = {
        ...this.fresh(organizationId),
        name: dto.name,
        externalId: dto.external_id ?? null,
      };
      return this.add(session, admin, row, dto);
    });
  }

  update(admin: AdminPrincipal, id: string, dto: UpdateCustomerDto): Promise<CustomerAnswer & TermsAnswer> {
    return this.change(admin, id, () => ({
      updatedAt: this.now,
      ...(dto.name && { name: dto.name }),
      ...(dto.external_id !== undefined && { externalId: dto.external_id }),
    }));
  }

  protected override present(row: CustomerRow): CustomerAnswer {
    return {
      ...entityAnswer('customer', row),
      name: row.name,
      external_id: row.externalId ?? null,
    };
  }
}
