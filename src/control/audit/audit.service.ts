import { Readable } from 'node:stream';
import { Injectable, StreamableFile } from '@nestjs/common';
import { GatewayError } from '../../common/errors/gateway-error.js';
import { type RawQuery, readPageQuery, readTexts, readTime, unknownCursor } from '../../common/http/query.js';
import { Clock } from '../../common/time/clock.port.js';
import type { AdminPrincipal } from '../auth/admin.port.js';
import { exportLines } from './audit-export.js';
import type { AuditRow } from './audit-event.types.js';
import type { AuditEventDto, AuditListDto } from './dto/audit.dto.js';
import { type AuditFilter, AuditRepository } from './store/audit.repository.js';

/** Ids have no wildcard but the underscore, and no two of them differ only where it stands. */
const TARGET = /^[A-Za-z0-9_.:-]{1,128}$/;

/** The audit log as administrators read it. */
@Injectable()
export class AuditService {
  constructor(
    private readonly repository: AuditRepository,
    private readonly clock: Clock,
  ) {}

  async list({ organizationId }: AdminPrincipal, raw: RawQuery): Promise<AuditListDto> {
    const own = organizationId === null ? ['organization_id'] : [];
    const { limit, after, filters } = readPageQuery(raw, ['actor', 'action', 'target', 'from', 'to', ...own]);
    const page = await this.repository.page(organizationId, filterOf(filters), limit, after);
    if (!page) throw unknownCursor();
    const data = page.rows.map(present);
    return {
      object: 'list',
      data,
      has_more: page.hasMore,
      first_id: data[0]?.id ?? null,
      last_id: data.at(-1)?.id ?? null,
    };
  }

  /** The heads are asked for before anything is answered, so that a database that is away is a 503. */
  async export({ organizationId }: AdminPrincipal, raw: RawQuery): Promise<StreamableFile> {
    const { chain } = readTexts(raw, ['chain']);
    const all = await this.repository.heads(organizationId);
    const heads = chain === undefined ? all : all.filter((head) => head.chain === chain);
    if (chain !== undefined && heads.length === 0) {
      throw new GatewayError('not_found', 'There is no audit chain with this name.', { param: 'chain' });
    }
    const time = new Date(this.clock.wallTime()).toISOString();
    const lines = exportLines(this.repository, organizationId, heads, time);
    return new StreamableFile(Readable.from(lines, { objectMode: false }), {
      type: 'application/x-ndjson',
      disposition: 'attachment; filename="audit.ndjson"',
    });
  }
}

function filterOf(filters: Readonly<Record<string, string>>): AuditFilter {
  const { organization_id: organizationId, actor, action, target } = filters;
  if (target !== undefined && !TARGET.test(target)) throw wrong('target', 'the id of something');
  const [from, to] = [readTime('from', filters['from']), readTime('to', filters['to'])];
  return {
    ...(organizationId !== undefined && { organizationId }),
    ...(actor !== undefined && { actor }),
    ...(action !== undefined && { action }),
    ...(target !== undefined && { target }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
}

function wrong(param: string, expected: string): GatewayError {
  return new GatewayError('invalid_value', `Invalid '${param}': expected ${expected}.`, { param });
}

function present({ chain, seq, prev, hash, event: { id, time, ...event } }: AuditRow): AuditEventDto {
  return { id, object: 'audit_event', created_at: time, ...event, chain, seq, prev, hash };
}
