import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../common/access/access.js';
import { type AdminPrincipal, CurrentAdmin } from '../auth/admin.port.js';
import { BodyDocs, CascadeDocs, EntityDocs, ListDocs } from '../tenancy/admin-docs.decorator.js';
import type { RawQuery } from '../../common/http/query.js';
import { DeletedDto } from '../tenancy/dto/answers.dto.js';
import type { ListAnswer } from '../tenancy/entity-answer.js';
import { CreateOrganizationDto, OrganizationDto, UpdateOrganizationDto } from './dto/organization.dto.js';
import { OrganizationsService } from './organizations.service.js';

@ApiTags('Admin')
@Controller('admin/v1/organizations')
export class OrganizationsController {
  constructor(private readonly organizations: OrganizationsService) {}

  /** Makes an organization. */
  @Post()
  @HttpCode(200)
  @Requires('organizations', 'create')
  @BodyDocs(CreateOrganizationDto, { 'An organization': { name: 'Acme' } })
  @EntityDocs(OrganizationDto)
  create(@CurrentAdmin() admin: AdminPrincipal, @Body() dto: CreateOrganizationDto): Promise<OrganizationDto> {
    return this.organizations.create(admin, dto);
  }

  /** Lists organizations, the newest first. */
  @Get()
  @Requires('organizations', 'read')
  @ListDocs(OrganizationDto)
  list(@CurrentAdmin() admin: AdminPrincipal, @Query() query: RawQuery): Promise<ListAnswer<OrganizationDto>> {
    return this.organizations.list(admin, query);
  }

  /** Retrieves an organization with its own budgets and limits. */
  @Get(':id')
  @Requires('organizations', 'read')
  @EntityDocs(OrganizationDto)
  retrieve(@CurrentAdmin() admin: AdminPrincipal, @Param('id') id: string): Promise<OrganizationDto> {
    return this.organizations.retrieve(admin, id);
  }

  /** Changes what is given of an organization, and leaves the rest. */
  @Patch(':id')
  @Requires('organizations', 'update')
  @BodyDocs(UpdateOrganizationDto, { 'Another name': { name: 'Acme Inc.' } })
  @EntityDocs(OrganizationDto)
  update(
    @CurrentAdmin() admin: AdminPrincipal,
    @Param('id') id: string,
    @Body() dto: UpdateOrganizationDto,
  ): Promise<OrganizationDto> {
    return this.organizations.update(admin, id, dto);
  }

  /** Deletes an organization with its admin tokens and roles; with cascade=true what is below too. */
  @Delete(':id')
  @Requires('organizations', 'delete')
  @CascadeDocs()
  @EntityDocs(DeletedDto)
  remove(
    @CurrentAdmin() admin: AdminPrincipal,
    @Param('id') id: string,
    @Query() query: RawQuery,
  ): Promise<DeletedDto> {
    return this.organizations.remove(admin, id, query);
  }
}
