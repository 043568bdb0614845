import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../common/access/access.js';
import { type AdminPrincipal, CurrentAdmin } from '../auth/admin.port.js';
import { BodyDocs, CascadeDocs, EntityDocs, ListDocs } from '../tenancy/admin-docs.decorator.js';
import type { RawQuery } from '../../common/http/query.js';
import { DeletedDto } from '../tenancy/dto/answers.dto.js';
import type { ListAnswer } from '../tenancy/entity-answer.js';
import { CreateUserDto, UserDto, UpdateUserDto } from './dto/user.dto.js';
import { UsersService } from './users.service.js';

@ApiTags('Admin')
@Controller('admin/v1/users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  /** Makes a user. */
  @Post()
  @HttpCode(200)
  @Requires('users', 'create')
  @BodyDocs(CreateUserDto, { 'A user': { name: 'Ada Lovelace', email: 'ada@example.com' } })
  @EntityDocs(UserDto)
  create(@CurrentAdmin() admin: AdminPrincipal, @Body() dto: CreateUserDto): Promise<UserDto> {
    return this.users.create(admin, dto);
  }

  /** Lists users, the newest first. */
  @Get()
  @Requires('users', 'read')
  @ListDocs(UserDto, ['email', 'external_id', 'organization_id'])
  list(@CurrentAdmin() admin: AdminPrincipal, @Query() query: RawQuery): Promise<ListAnswer<UserDto>> {
    return this.users.list(admin, query);
  }

  /** Retrieves a user with its own budgets and limits. */
  @Get(':id')
  @Requires('users', 'read')
  @EntityDocs(UserDto)
  retrieve(@CurrentAdmin() admin: AdminPrincipal, @Param('id') id: string): Promise<UserDto> {
    return this.users.retrieve(admin, id);
  }

  /** Changes what is given of a user, and leaves the rest. */
  @Patch(':id')
  @Requires('users', 'update')
  @BodyDocs(UpdateUserDto, { 'Another name': { name: 'Ada King' } })
  @EntityDocs(UserDto)
  update(@CurrentAdmin() admin: AdminPrincipal, @Param('id') id: string, @Body() dto: UpdateUserDto): Promise<UserDto> {
    return this.users.update(admin, id, dto);
  }

  /** Deletes a user; with cascade=true what is below too. */
  @Delete(':id')
  @Requires('users', 'delete')
  @CascadeDocs()
  @EntityDocs(DeletedDto)
  remove(
    @CurrentAdmin() admin: AdminPrincipal,
    @Param('id') id: string,
    @Query() query: RawQuery,
  ): Promise<DeletedDto> {
    return this.users.remove(admin, id, query);
  }
}
