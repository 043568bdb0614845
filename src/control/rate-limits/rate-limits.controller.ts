import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../common/access/access.js';
import { type AdminPrincipal, CurrentAdmin } from '../auth/admin.port.js';
import { BodyDocs, EntityDocs, ListDocs } from '../tenancy/admin-docs.decorator.js';
import type { RawQuery } from '../../common/http/query.js';
import { DeletedDto, RateLimitDto } from '../tenancy/dto/answers.dto.js';
import type { ListAnswer } from '../tenancy/entity-answer.js';
import { CreateRateLimitDto, UpdateRateLimitDto } from './dto/rate-limit.dto.js';
import { RateLimitsService } from './rate-limits.service.js';

@ApiTags('Admin')
@Controller('admin/v1/rate-limits')
export class RateLimitsController {
  constructor(private readonly limits: RateLimitsService) {}

  /** Makes a rate limit. */
  @Post()
  @HttpCode(200)
  @Requires('rate_limits', 'create')
  @BodyDocs(CreateRateLimitDto, {
    'Tokens in any minute': {
      level: 'organization',
      level_id: 'org_default',
      metric: 'total_tokens',
      limit: 1_000_000,
      window: '1m',
    },
    'Requests at once': { level: 'organization', level_id: 'org_default', metric: 'concurrency', limit: 50 },
  })
  @EntityDocs(RateLimitDto)
  create(@CurrentAdmin() admin: AdminPrincipal, @Body() dto: CreateRateLimitDto): Promise<RateLimitDto> {
    return this.limits.create(admin, dto);
  }

  /** Lists rate limits, the newest first. */
  @Get()
  @Requires('rate_limits', 'read')
  @ListDocs(RateLimitDto, ['level', 'level_id', 'organization_id'])
  list(@CurrentAdmin() admin: AdminPrincipal, @Query() query: RawQuery): Promise<ListAnswer<RateLimitDto>> {
    return this.limits.list(admin, query);
  }

  /** Retrieves a rate limit. */
  @Get(':id')
  @Requires('rate_limits', 'read')
  @EntityDocs(RateLimitDto)
  retrieve(@CurrentAdmin() admin: AdminPrincipal, @Param('id') id: string): Promise<RateLimitDto> {
    return this.limits.retrieve(admin, id);
  }

  /** Changes what is given of a rate limit, and leaves the rest. */
  @Patch(':id')
  @Requires('rate_limits', 'update')
  @BodyDocs(UpdateRateLimitDto, { 'Raise it': { limit: 120 } })
  @EntityDocs(RateLimitDto)
  update(
    @CurrentAdmin() admin: AdminPrincipal,
    @Param('id') id: string,
    @Body() dto: UpdateRateLimitDto,
  ): Promise<RateLimitDto> {
    return this.limits.update(admin, id, dto);
  }

  /** Deletes a rate limit. */
  @Delete(':id')
  @Requires('rate_limits', 'delete')
  @EntityDocs(DeletedDto)
  remove(@CurrentAdmin() admin: AdminPrincipal, @Param('id') id: string): Promise<DeletedDto> {
    return this.limits.remove(admin, id);
  }
}
