import { Controller, Get, Query, type StreamableFile } from '@nestjs/common';
import { ApiBadRequestResponse, ApiNotFoundResponse, ApiOkResponse, ApiQuery, ApiTags } from '@nestjs/swagger';
import { Requires } from '../../common/access/access.js';
import { ErrorDto } from '../../common/errors/error.dto.js';
import type { RawQuery } from '../../common/http/query.js';
import { type AdminPrincipal, CurrentAdmin } from '../auth/admin.port.js';
import { AuditService } from './audit.service.js';
import { AuditListDto } from './dto/audit.dto.js';

@ApiTags('Admin')
@ApiBadRequestResponse({ description: 'Something in the request is wrong.', type: ErrorDto })
@Controller('admin/v1/audit')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  /** Lists what administrators and asbru.yaml changed, and what was refused, the newest first. */
  @Get()
  @Requires('audit', 'read')
  @ApiQuery({ name: 'limit', required: false, description: 'From 1 to 100; default 20.' })
  @ApiQuery({ name: 'after', required: false, description: 'Id of the last one of the page before.' })
  @ApiQuery({ name: 'actor', required: false, description: 'Id of an admin token; `asbru.yaml`; `setup`.' })
  @ApiQuery({ name: 'action', required: false, description: 'As `virtual_keys.update`.' })
  @ApiQuery({ name: 'target', required: false, description: 'Id of what was changed.' })
  @ApiQuery({ name: 'from', required: false, description: 'First moment, in ISO 8601.' })
  @ApiQuery({ name: 'to', required: false, description: 'First moment that is not meant.' })
  @ApiQuery({ name: 'organization_id', required: false, description: 'For administrators of the installation.' })
  list(@CurrentAdmin() admin: AdminPrincipal, @Query() query: RawQuery): Promise<AuditListDto> {
    return this.audit.list(admin, query);
  }

  /** Streams whole chains, for `npm run audit -- verify` and for archives: one JSON object in each line. */
  @Get('export')
  @Requires('audit', 'read')
  @ApiQuery({ name: 'chain', required: false, description: 'Id of an organization, or `platform`. Default: all.' })
  @ApiOkResponse({ content: { 'application/x-ndjson': { schema: { type: 'string' } } } })
  @ApiNotFoundResponse({ description: 'There is no such chain.', type: ErrorDto })
  export(@CurrentAdmin() admin: AdminPrincipal, @Query() query: RawQuery): Promise<StreamableFile> {
    return this.audit.export(admin, query);
  }
}
