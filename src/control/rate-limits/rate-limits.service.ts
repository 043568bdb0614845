import { Injectable } from '@nestjs/common';
import { GatewayError } from '../../common/errors/gateway-error.js';
import type { AdminPrincipal } from '../auth/admin.port.js';
import { RATE_LIMIT } from '../tenancy/kinds.js';
import { limitColumns, limitInput } from '../tenancy/limit-row.js';
import { type LimitAnswer, limitAnswer } from '../tenancy/term-answers.js';
import { levelConditions, merged, TermService } from '../tenancy/term.service.js';
import type { CreateRateLimitDto, UpdateRateLimitDto } from './dto/rate-limit.dto.js';
import type { RateLimitRow } from './rate-limit.entity.js';

/** What administrators do with rate limits. */
@Injectable()
export class RateLimitsService extends TermService<RateLimitRow, LimitAnswer> {
  protected override readonly kind = RATE_LIMIT;
  protected override readonly what = 'This rate limit';

  create(admin: AdminPrincipal, dto: CreateRateLimitDto): Promise<LimitAnswer> {
    const columns = limitColumns(dto);
    return this.addTo(admin, dto, (row) => ({ ...row, ...columns }));
  }

  /** @throws GatewayError (400) for an empty metric or limit: these have no default */
  update(admin: AdminPrincipal, id: string, dto: UpdateRateLimitDto): Promise<LimitAnswer> {
    for (const name of ['metric', 'limit'] as const) {
      if (dto[name] === null) throw new GatewayError('invalid_type', `'${name}' cannot be null.`, { param: name });
    }
    return this.change(admin, id, (row) => {
      const before = limitInput(row);
      if (dto.metric === 'concurrency') delete before.window;
      return { ...limitColumns(merged(before, dto)), updatedAt: this.now };
    });
  }

  protected override byLevel(filters: Readonly<Record<string, string>>) {
    return levelConditions(filters);
  }

  protected override present(row: RateLimitRow): LimitAnswer {
    return limitAnswer(row);
  }
}
