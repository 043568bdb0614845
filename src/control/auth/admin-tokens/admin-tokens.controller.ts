import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiNotFoundResponse, ApiOkResponse, ApiQuery, ApiTags } from '@nestjs/swagger';
import { Requires } from '../../../common/access/access.js';
import { type AdminPrincipal, CurrentAdmin } from '../admin.port.js';
import { type RawQuery, readPageQuery } from '../../../common/http/query.js';
import { AdminTokensService } from './admin-tokens.service.js';
import { CreateAdminTokenDto, UpdateAdminTokenDto } from './dto/admin-token-input.dto.js';
import { AdminTokenDto, AdminTokenListDto, NewAdminTokenDto } from './dto/admin-token.dto.js';

@ApiTags('Admin')
@Controller('admin/v1/admin-tokens')
export class AdminTokensController {
  constructor(private readonly tokens: AdminTokensService) {}

  /** Lists admin tokens, the newest first, revoked ones included. */
  @Get()
  @Requires('admin_tokens', 'read')
  @ApiQuery({ name: 'limit', required: false, type: Number, description: '1 to 100. Default 20.' })
  @ApiQuery({ name: 'after', required: false, type: String, description: 'Id of the last one of the page before.' })
  @ApiOkResponse({ type: AdminTokenListDto })
  list(@CurrentAdmin() admin: AdminPrincipal, @Query() query: RawQuery): Promise<AdminTokenListDto> {
    return this.tokens.list(admin, readPageQuery(query));
  }

  /** Makes an admin token that may do no more than you may. The answer is the only place where it stands whole. */
  @Post()
  @HttpCode(200)
  @Requires('admin_tokens', 'create')
  @ApiOkResponse({ type: NewAdminTokenDto })
  create(@CurrentAdmin() admin: AdminPrincipal, @Body() body: CreateAdminTokenDto): Promise<NewAdminTokenDto> {
    return this.tokens.create(admin, body);
  }

  /** Gives one admin token. */
  @Get(':id')
  @Requires('admin_tokens', 'read')
  @ApiOkResponse({ type: AdminTokenDto })
  @ApiNotFoundResponse({ description: 'You can see no admin token with this id.' })
  retrieve(@CurrentAdmin() admin: AdminPrincipal, @Param('id') id: string): Promise<AdminTokenDto> {
    return this.tokens.retrieve(admin, id);
  }

  /** Changes an admin token that may do no more than you may. */
  @Patch(':id')
  @Requires('admin_tokens', 'update')
  @ApiOkResponse({ type: AdminTokenDto })
  @ApiNotFoundResponse({ description: 'You can see no admin token with this id.' })
  @ApiConflictResponse({ description: 'It is revoked, or the last owner.' })
  update(
    @CurrentAdmin() admin: AdminPrincipal,
    @Param('id') id: string,
    @Body() body: UpdateAdminTokenDto,
  ): Promise<AdminTokenDto> {
    return this.tokens.update(admin, id, body);
  }

  /** Revokes an admin token, for ever and on all nodes within two seconds. It stays in the list. */
  @Delete(':id')
  @Requires('admin_tokens', 'delete')
  @ApiOkResponse({ type: AdminTokenDto })
  @ApiNotFoundResponse({ description: 'You can see no admin token with this id.' })
  @ApiConflictResponse({ description: 'It is the last owner.' })
  revoke(@CurrentAdmin() admin: AdminPrincipal, @Param('id') id: string): Promise<AdminTokenDto> {
    return this.tokens.revoke(admin, id);
  }
}
