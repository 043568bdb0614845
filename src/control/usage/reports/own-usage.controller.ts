import { Controller, Get, Query, Req, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ForHolders } from '../../../common/access/access.js';
import { holderOf } from '../../keys/key-holder.request.port.js';
import { UsageRecordListDto, UsageReportDto } from './dto/usage.dto.js';
import { FilterDocs, PageDocs, ReportDocs } from './usage-docs.decorator.js';
import type { RawQuery } from '../../../common/http/query.js';
import { UsageReportsService } from './usage-reports.service.js';

/** What was used with the key of the request, for its holder. */
@ApiTags('Usage')
@Controller('v1/usage')
export class OwnUsageController {
  constructor(private readonly reports: UsageReportsService) {}

  @Get()
  @ForHolders()
  @ApiOperation({ summary: 'Cost, tokens, requests and latency of your key, by day and model.' })
  @ReportDocs()
  @FilterDocs(['model', 'provider', 'operation', 'tag', 'outcome'])
  @ApiOkResponse({ type: UsageReportDto })
  report(@Query() query: RawQuery, @Req() request: FastifyRequest): Promise<StreamableFile> {
    return this.reports.ownReport(query, holderOf(request));
  }

  @Get('records')
  @ForHolders()
  @ApiOperation({ summary: 'Single requests of your key to upstreams, the newest first, without content.' })
  @PageDocs()
  @FilterDocs(['model', 'provider', 'operation', 'tag', 'outcome'])
  @ApiOkResponse({ type: UsageRecordListDto })
  records(@Query() query: RawQuery, @Req() request: FastifyRequest): Promise<UsageRecordListDto> {
    return this.reports.ownRecords(query, holderOf(request));
  }
}
