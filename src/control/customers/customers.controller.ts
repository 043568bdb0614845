import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../common/access/access.js';
import { type AdminPrincipal, CurrentAdmin } from '../auth/admin.port.js';
import { BodyDocs, CascadeDocs, EntityDocs, ListDocs } from '../tenancy/admin-docs.decorator.js';
import type { RawQuery } from '../../common/http/query.js';
import { DeletedDto } from '../tenancy/dto/answers.dto.js';
import type { ListAnswer } from '../tenancy/entity-answer.js';
import { CreateCustomerDto, CustomerDto, UpdateCustomerDto } from './dto/customer.dto.js';
import { CustomersService } from './customers.service.js';

@ApiTags('Admin')
@Controller('admin/v1/customers')
export class CustomersController {
  constructor(private readonly customers: CustomersService) {}

  /** Makes a customer. */
  @Post()
  @HttpCode(200)
  @Requires('customers', 'create')
  @BodyDocs(CreateCustomerDto, {
    'A customer with a balance': {
      name: 'Globex',
      external_id: 'crm-17',
      budgets: [{ amount_usd: '200.00', period: 'prepaid' }],
    },
  })
  @EntityDocs(CustomerDto)
  create(@CurrentAdmin() admin: AdminPrincipal, @Body() dto: CreateCustomerDto): Promise<CustomerDto> {
    return this.customers.create(admin, dto);
  }

  /** Lists customers, the newest first. */
  @Get()
  @Requires('customers', 'read')
  @ListDocs(CustomerDto, ['external_id', 'organization_id'])
  list(@CurrentAdmin() admin: AdminPrincipal, @Query() query: RawQuery): Promise<ListAnswer<CustomerDto>> {
    return this.customers.list(admin, query);
  }

  /** Retrieves a customer with its own budgets and limits. */
  @Get(':id')
  @Requires('customers', 'read')
  @EntityDocs(CustomerDto)
  retrieve(@CurrentAdmin() admin: AdminPrincipal, @Param('id') id: string): Promise<CustomerDto> {
    return this.customers.retrieve(admin, id);
  }

  /** Changes what is given of a customer, and leaves the rest. */
  @Patch(':id')
  @Requires('customers', 'update')
  @BodyDocs(UpdateCustomerDto, { 'Another name': { name: 'Globex Inc.' } })
  @EntityDocs(CustomerDto)
  update(
    @CurrentAdmin() admin: AdminPrincipal,
    @Param('id') id: string,
    @Body() dto: UpdateCustomerDto,
  ): Promise<CustomerDto> {
    return this.customers.update(admin, id, dto);
  }

  /** Deletes a customer; with cascade=true what is below too. */
  @Delete(':id')
  @Requires('customers', 'delete')
  @CascadeDocs()
  @EntityDocs(DeletedDto)
  remove(
    @CurrentAdmin() admin: AdminPrincipal,
    @Param('id') id: string,
    @Query() query: RawQuery,
  ): Promise<DeletedDto> {
    return this.customers.remove(admin, id, query);
  }
}
