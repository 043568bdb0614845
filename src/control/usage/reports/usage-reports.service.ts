import { Readable } from 'node:stream';
import { Injectable, StreamableFile } from '@nestjs/common';
import type { KeyHolder } from '../../keys/key-directory.port.js';
import type { AdminScope } from '../admin-scope.js';
import type { UsageRecordListDto } from './dto/usage.dto.js';
import {
  type Dimension,
  type Filter,
  FILTERS,
  type RecordsQuery,
  readFormat,
  readRecordsQuery,
  readReportQuery,
  type ReportQuery,
  type UsageFilter,
} from './usage-query.js';
import type { RawQuery } from '../../../common/http/query.js';
import { csvOf, jsonOf, presentRecord } from './usage-presenter.js';
import { type Tenant, type UsageGroup, UsageReports } from './usage-reports.port.js';

/** What the holder of a key may choose by: who he is stands fast. */
const HOLDER_FILTERS: readonly Filter[] = ['model', 'provider', 'operation', 'tag', 'outcome'];
const HOLDER_GROUPS: readonly Dimension[] = ['day', 'model'];

/** Reports for administrators, who see their organisation, and for holders of keys, who see their key. */
@Injectable()
export class UsageReportsService {
  constructor(private readonly reports: UsageReports) {}

  report(query: RawQuery, scope: AdminScope): Promise<StreamableFile> {
    const read = readReportQuery(query, FILTERS);
    return this.answer(scope.organizationId, read, query);
  }

  records(query: RawQuery, scope: AdminScope): Promise<UsageRecordListDto> {
    const read = readRecordsQuery(query, FILTERS);
    return this.page(scope.organizationId, read);
  }

  ownReport(query: RawQuery, holder: KeyHolder): Promise<StreamableFile> {
    const read = readReportQuery(query, HOLDER_FILTERS);
    const groupBy = read.groupBy.length === 0 ? HOLDER_GROUPS : read.groupBy;
    return this.answer(
      holder.organizationId,
      { ...read, groupBy, where: { ...read.where, ...ownerOf(holder) } },
      query,
    );
  }

  ownRecords(query: RawQuery, holder: KeyHolder): Promise<UsageRecordListDto> {
    const read = readRecordsQuery(query, HOLDER_FILTERS);
    return this.page(holder.organizationId, { ...read, where: { ...read.where, ...ownerOf(holder) } });
  }

  /** The first page is asked for before anything is answered, so that a database that is away is a 503. */
  private async answer(tenant: Tenant, query: ReportQuery, raw: RawQuery): Promise<StreamableFile> {
    const groups = await begun(this.reports.groups(tenant, query));
    const isCsv = readFormat(raw) === 'csv';
    const body = isCsv ? csvOf(groups, query.groupBy) : jsonOf(groups, query.groupBy);
    return new StreamableFile(Readable.from(body, { objectMode: false }), {
      type: isCsv ? 'text/csv; charset=utf-8; header=present' : 'application/json; charset=utf-8',
      ...(isCsv && { disposition: 'attachment; filename="usage.csv"' }),
    });
  }

  private async page(tenant: Tenant, query: RecordsQuery): Promise<UsageRecordListDto> {
    const found = await this.reports.records(tenant, query);
    const data = found.slice(0, query.limit).map(presentRecord);
    return {
      object: 'list',
      data,
      has_more: found.length > query.limit,
      first_id: data[0]?.id ?? null,
      last_id: data.at(-1)?.id ?? null,
    };
  }
}

/** A key without an id of its own level has no usage. */
function ownerOf({ levels }: KeyHolder): UsageFilter['where'] {
  const key = levels.find(({ level }) => level === 'virtual_key');
  return { virtual_key: key ? [key.id] : [] };
}

async function begun(groups: AsyncIterable<UsageGroup>): Promise<AsyncIterable<UsageGroup>> {
  const iterator = groups[Symbol.asyncIterator]();
  const first = await iterator.next();
  return (async function* () {
    for (let next = first; !next.done; next = await iterator.next()) yield next.value;
  })();
}
