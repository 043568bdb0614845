import { type RecentRequest, RecentRequests, type RequestScope } from './recent-requests.port.js';

/** Requests in a list. */
export class FakeRecentRequests extends RecentRequests {
  constructor(readonly requests: RecentRequest[] = []) {
    super();
  }

  override async find(scope: RequestScope, from: number, to: number, limit: number): Promise<RecentRequest[]> {
    const { organizationId, entity } = scope;
    return this.requests
      .filter(({ levels }) => organizationId === null || levels.organization?.id === organizationId)
      .filter(({ levels }) => entity === undefined || levels[entity.level]?.id === entity.id)
      .filter(({ startedAt }) => startedAt >= from && startedAt < to)
      .toSorted((one, other) => other.startedAt - one.startedAt)
      .slice(0, limit);
  }
}
