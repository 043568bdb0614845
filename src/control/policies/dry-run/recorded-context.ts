import { tokens } from '../cel/facts-context.js';
import type { CelContext } from '../cel/facts-context.js';
import { CelEntity, CelKey, MAX_MODEL } from '../cel/variables.js';
import type { Level } from '../../contract/level.types.js';
import type { RecentRequest } from '../recent-requests.port.js';

/** The values of a request as far as the ledger kept them. What is undefined is unknown, and never guessed. */
export function recordedContext(request: RecentRequest): CelContext {
  const entity = (level: Level): CelEntity => {
    const found = request.levels[level];
    // That a request had no team is known; how a team was called may not be.
    return found ? new CelEntity(found.id, found.name) : new CelEntity('', '');
  };
  const key = request.levels.virtual_key;
  return {
    key: key ? new CelKey(key.id, key.name, request.keyPrefix, request.tags) : new CelKey('', '', '', []),
    organization: entity('organization'),
    customer: entity('customer'),
    team: entity('team'),
    project: entity('project'),
    user: entity('user'),
    model: request.model.slice(0, MAX_MODEL),
    provider: request.provider,
    operation: request.operation,
    stream: request.streamed,
    input_tokens: tokens(request.inputTokens),
    now: new Date(request.startedAt),
    ...(request.maxOutputTokens !== undefined && { max_output_tokens: tokens(request.maxOutputTokens) }),
    ...(request.budgetUsed !== undefined && { budget_used: request.budgetUsed }),
  };
}
