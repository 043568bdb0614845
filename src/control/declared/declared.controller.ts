import { Controller, Get, Query } from '@nestjs/common';
import { ApiBadRequestResponse, ApiQuery, ApiTags } from '@nestjs/swagger';
import { Requires } from '../../common/access/access.js';
import { ErrorDto } from '../../common/errors/error.dto.js';
import { type AdminPrincipal, CurrentAdmin } from '../auth/admin.port.js';
import type { RawQuery } from '../../common/http/query.js';
import { DeclaredService } from './declared.service.js';
import { DeclaredListDto } from './dto/declared.dto.js';

@ApiTags('Admin')
@ApiBadRequestResponse({ description: 'Something in the request is wrong.', type: ErrorDto })
@Controller('admin/v1/declared')
export class DeclaredController {
  constructor(private readonly declared: DeclaredService) {}

  /** Shows what the file owns, which version of it is in force, and why the last one could not be applied. */
  @Get()
  @Requires('settings', 'read')
  @ApiQuery({ name: 'limit', required: false, description: 'From 1 to 100; default 20.' })
  @ApiQuery({ name: 'after', required: false, description: 'Id of the last one of the page before.' })
  list(@CurrentAdmin() admin: AdminPrincipal, @Query() query: RawQuery): Promise<DeclaredListDto> {
    return this.declared.list(admin, query);
  }
}
