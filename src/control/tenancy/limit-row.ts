import { GatewayError } from '../../common/errors/gateway-error.js';
import type { RateLimitRow } from '../rate-limits/rate-limit.entity.js';
import { LIMIT_METRICS } from '../contract/terms.types.js';
import { appliesTo, strings } from './budget-row.js';
import type { InlineRateLimitDto } from './dto/inline-rate-limit.dto.js';
import { formatWindow, parseWindow } from './period.js';

type LimitColumns = Pick<RateLimitRow, 'metric' | 'limit' | 'windowMs' | 'models' | 'providers'>;

/** The columns of a checked rate limit. */
export function limitColumns(dto: InlineRateLimitDto, path = ''): LimitColumns {
  const concurrency = dto.metric === 'concurrency';
  const given = dto.window !== undefined && dto.window !== null;
  if (concurrency === given) {
    const message = concurrency
      ? 'A limit of concurrency counts what is under way, and has no window: leave it out.'
      : `Missing required parameter: '${path}window'.`;
    throw new GatewayError(concurrency ? 'invalid_value' : 'missing_required_parameter', message, {
      param: `${path}window`,
    });
  }
  return {
    metric: dto.metric,
    limit: dto.limit,
    windowMs: parseWindow(dto.window ?? '') ?? 0,
    ...appliesTo(dto),
  };
}

/** A stored limit as it would be sent, for changing a part of it. */
export function limitInput(row: LimitColumns): InlineRateLimitDto {
  return {
    metric: LIMIT_METRICS.find((metric) => metric === row.metric) ?? 'requests',
    limit: row.limit,
    ...(row.windowMs > 0 && { window: formatWindow(row.windowMs) }),
    models: strings(row.models),
    providers: strings(row.providers),
  };
}
