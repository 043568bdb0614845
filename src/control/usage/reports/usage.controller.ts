import { Controller, Get, Query, Req, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Requires } from '../../../common/access/access.js';
import { adminScopeOf } from '../admin-scope.js';
import { UsageRecordListDto, UsageReportDto } from './dto/usage.dto.js';
import { FilterDocs, PageDocs, ReportDocs } from './usage-docs.decorator.js';
import { FILTERS } from './usage-query.js';
import type { RawQuery } from '../../../common/http/query.js';
import { UsageReportsService } from './usage-reports.service.js';

/** What was used, for administrators. */
@ApiTags('Admin')
@Controller('admin/v1/usage')
export class UsageController {
  constructor(private readonly reports: UsageReportsService) {}

  @Get()
  @Requires('usage', 'read')
  @ApiOperation({ summary: 'Cost, tokens, requests and latency by any level, model, tag or time.' })
  @ReportDocs()
  @FilterDocs(FILTERS)
  @ApiOkResponse({ type: UsageReportDto })
  report(@Query() query: RawQuery, @Req() request: FastifyRequest): Promise<StreamableFile> {
    return this.reports.report(query, adminScopeOf(request));
  }

  @Get('records')
  @Requires('usage', 'read')
  @ApiOperation({ summary: 'Single requests to upstreams, the newest first, without content.' })
  @PageDocs()
  @FilterDocs(FILTERS)
  @ApiOkResponse({ type: UsageRecordListDto })
  records(@Query() query: RawQuery, @Req() request: FastifyRequest): Promise<UsageRecordListDto> {
    return this.reports.records(query, adminScopeOf(request));
  }
}
