import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../common/access/access.js';
import { type AdminPrincipal, CurrentAdmin } from '../auth/admin.port.js';
import { BodyDocs, EntityDocs, ListDocs } from '../tenancy/admin-docs.decorator.js';
import type { RawQuery } from '../../common/http/query.js';
import { DeletedDto } from '../tenancy/dto/answers.dto.js';
import type { ListAnswer } from '../tenancy/entity-answer.js';
import {
  CreatedVirtualKeyDto,
  CreateVirtualKeyDto,
  RotateVirtualKeyDto,
  UpdateVirtualKeyDto,
  VirtualKeyDto,
} from './dto/virtual-key.dto.js';
import { VirtualKeysService } from './virtual-keys.service.js';

@ApiTags('Admin')
@Controller('admin/v1/virtual-keys')
export class VirtualKeysController {
  constructor(private readonly keys: VirtualKeysService) {}

  /** Makes a virtual key. Its answer is the only one that holds the key itself. */
  @Post()
  @HttpCode(200)
  @Requires('virtual_keys', 'create')
  @BodyDocs(CreateVirtualKeyDto, {
    'A key for all models': { name: 'Laptop of Ada', allowed_providers: ['*'], allowed_models: ['*'] },
    'A key with terms': {
      name: 'Nightly report',
      allowed_providers: ['cerebras'],
      allowed_models: ['gpt-oss-*'],
      networks: ['10.0.0.0/8'],
      tags: ['batch'],
      max_output_tokens: 4_096,
      expires_at: '2030-01-01T00:00:00Z',
      budgets: [{ amount_usd: '5.00', period: 'day' }],
      rate_limits: [{ metric: 'requests', limit: 60, window: '1m' }],
    },
  })
  @EntityDocs(CreatedVirtualKeyDto)
  create(@CurrentAdmin() admin: AdminPrincipal, @Body() dto: CreateVirtualKeyDto): Promise<CreatedVirtualKeyDto> {
    return this.keys.create(admin, dto);
  }

  /** Lists virtual keys, the newest first. */
  @Get()
  @Requires('virtual_keys', 'read')
  @ListDocs(VirtualKeyDto, ['customer_id', 'team_id', 'project_id', 'user_id', 'status', 'organization_id'])
  list(@CurrentAdmin() admin: AdminPrincipal, @Query() query: RawQuery): Promise<ListAnswer<VirtualKeyDto>> {
    return this.keys.list(admin, query);
  }

  /** Retrieves a virtual key with its own budgets and limits. */
  @Get(':id')
  @Requires('virtual_keys', 'read')
  @EntityDocs(VirtualKeyDto)
  retrieve(@CurrentAdmin() admin: AdminPrincipal, @Param('id') id: string): Promise<VirtualKeyDto> {
    return this.keys.retrieve(admin, id);
  }

  /** Changes what is given of a virtual key, and leaves the rest; null is the default. */
  @Patch(':id')
  @Requires('virtual_keys', 'update')
  @BodyDocs(UpdateVirtualKeyDto, {
    'Hold it back': { status: 'disabled' },
    'Other models': { allowed_models: ['gpt-oss-120b'] },
  })
  @EntityDocs(VirtualKeyDto)
  update(
    @CurrentAdmin() admin: AdminPrincipal,
    @Param('id') id: string,
    @Body() dto: UpdateVirtualKeyDto,
  ): Promise<VirtualKeyDto> {
    return this.keys.update(admin, id, dto);
  }

  /** Gives a virtual key a new secret; the old one goes on for overlap_seconds. */
  @Post(':id/rotate')
  @HttpCode(200)
  @Requires('virtual_keys', 'update')
  @BodyDocs(RotateVirtualKeyDto, { 'The old secret goes on for an hour': { overlap_seconds: 3_600 } })
  @EntityDocs(CreatedVirtualKeyDto)
  rotate(
    @CurrentAdmin() admin: AdminPrincipal,
    @Param('id') id: string,
    @Body() dto: RotateVirtualKeyDto,
  ): Promise<CreatedVirtualKeyDto> {
    return this.keys.rotate(admin, id, dto);
  }

  /** Ends a virtual key at once, on all nodes, for good. */
  @Post(':id/revoke')
  @HttpCode(200)
  @Requires('virtual_keys', 'update')
  @EntityDocs(VirtualKeyDto)
  revoke(@CurrentAdmin() admin: AdminPrincipal, @Param('id') id: string): Promise<VirtualKeyDto> {
    return this.keys.revoke(admin, id);
  }

  /** Deletes a virtual key with its budgets and limits. Its usage stays in the ledger. */
  @Delete(':id')
  @Requires('virtual_keys', 'delete')
  @EntityDocs(DeletedDto)
  remove(
    @CurrentAdmin() admin: AdminPrincipal,
    @Param('id') id: string,
    @Query() query: RawQuery,
  ): Promise<DeletedDto> {
    return this.keys.remove(admin, id, query);
  }
}
