import { Injectable } from '@nestjs/common';
import { LEVELS } from '../contract/level.types.js';
import { type UsageRecord, UsageReports } from '../usage/reports/usage-reports.port.js';
import { type RecentRequest, RecentRequests, type RequestScope } from '../policies/recent-requests.port.js';

/** Attempts that are read at a time: a request may have several. */
const PAGE = 500;

/** Requests as the ledger remembers them: the first attempt of each says what was asked. */
@Injectable()
export class LedgerRequests extends RecentRequests {
  constructor(private readonly reports: UsageReports) {
    super();
  }

  override async find(scope: RequestScope, from: number, to: number, limit: number): Promise<RecentRequest[]> {
    const found = new Map<string, RecentRequest>();
    let after: string | undefined;
    for (;;) {
      const records = await this.reports.records(scope.organizationId, {
        where: whereOf(scope),
        from,
        to,
        limit: PAGE,
        after,
      });
      for (const record of records) {
        // The newest come first, so that what is seen last of a request is its first attempt.
        if (found.size < limit || found.has(record.requestId)) found.set(record.requestId, requestOf(record));
      }
      after = records.at(-1)?.id;
      if (records.length < PAGE || found.size >= limit) return [...found.values()];
    }
  }
}

function whereOf({ entity }: RequestScope) {
  return entity ? { [entity.level]: [entity.id] } : {};
}

function requestOf(record: UsageRecord): RecentRequest {
  const ids = {
    organization: record.organizationId,
    customer: record.customerId,
    team: record.teamId,
    project: record.projectId,
    user: record.userId,
    virtual_key: record.virtualKeyId,
  };
  const levels = LEVELS.flatMap((level) => {
    const id = ids[level];
    return id === null ? [] : [[level, { id }] as const];
  });
  return {
    requestId: record.requestId,
    startedAt: record.startedAt,
    levels: Object.fromEntries(levels),
    tags: record.tags,
    operation: record.operation,
    model: record.requestedModel,
    provider: record.provider,
    streamed: record.streamed,
    inputTokens: record.inputTokens,
  };
}
