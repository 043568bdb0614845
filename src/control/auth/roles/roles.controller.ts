import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiQuery, ApiTags } from '@nestjs/swagger';
import { Requires } from '../../../common/access/access.js';
import { type AdminPrincipal, CurrentAdmin } from '../admin.port.js';
import { type RawQuery, readPageQuery } from '../../../common/http/query.js';
import { CreateRoleDto, UpdateRoleDto } from './dto/role-input.dto.js';
import { DeletedRoleDto, RoleDto, RoleListDto } from './dto/role.dto.js';
import { RolesService } from './roles.service.js';

@ApiTags('Admin')
@Controller('admin/v1/roles')
export class RolesController {
  constructor(private readonly roles: RolesService) {}

  /** Lists roles: the system's own, then the custom ones that you can see. */
  @Get()
  @Requires('roles', 'read')
  @ApiQuery({ name: 'limit', required: false, type: Number, description: '1 to 100. Default 20.' })
  @ApiQuery({ name: 'after', required: false, type: String, description: 'Id of the last one of the page before.' })
  @ApiOkResponse({ type: RoleListDto })
  list(@CurrentAdmin() admin: AdminPrincipal, @Query() query: RawQuery): Promise<RoleListDto> {
    return this.roles.list(admin, readPageQuery(query));
  }

  /** Makes a custom role of permissions that you hold yourself. */
  @Post()
  @HttpCode(200)
  @Requires('roles', 'create')
  @ApiOkResponse({ type: RoleDto })
  create(@CurrentAdmin() admin: AdminPrincipal, @Body() body: CreateRoleDto): Promise<RoleDto> {
    return this.roles.create(admin, body);
  }

  /** Gives one role. */
  @Get(':id')
  @Requires('roles', 'read')
  @ApiOkResponse({ type: RoleDto })
  @ApiNotFoundResponse({ description: 'You can see no role with this id.' })
  retrieve(@CurrentAdmin() admin: AdminPrincipal, @Param('id') id: string): Promise<RoleDto> {
    return this.roles.retrieve(admin, id);
  }

  /** Changes a custom role, and with it what all tokens with it may do. */
  @Patch(':id')
  @Requires('roles', 'update')
  @ApiOkResponse({ type: RoleDto })
  @ApiNotFoundResponse({ description: 'You can see no role with this id.' })
  update(
    @CurrentAdmin() admin: AdminPrincipal,
    @Param('id') id: string,
    @Body() body: UpdateRoleDto,
  ): Promise<RoleDto> {
    return this.roles.update(admin, id, body);
  }

  /** Deletes a custom role that no token has any more. */
  @Delete(':id')
  @Requires('roles', 'delete')
  @ApiOkResponse({ type: DeletedRoleDto })
  @ApiNotFoundResponse({ description: 'You can see no role with this id.' })
  remove(@CurrentAdmin() admin: AdminPrincipal, @Param('id') id: string): Promise<DeletedRoleDto> {
    return this.roles.remove(admin, id);
  }
}
