import { setImmediate } from 'node:timers/promises';
import type { CompiledExpression } from '../cel/compile-expression.js';
import type { DryRunDto, DryRunExampleDto } from '../dto/dry-run.dto.js';
import type { PolicyRule } from '../policy.types.js';
import type { RecentRequest } from '../recent-requests.port.js';
import { type Judgement, judgeRequest } from './judge-request.js';
import { Tally } from './tally.js';

/** Requests that an answer names. */
const EXAMPLES = 20;
/** Requests between two turns of the event loop: other callers wait for these. */
const BATCH = 200;
/** What the ledger keeps of no request, or not of each. */
const NOT_RECORDED = ['headers', 'max_output_tokens', 'budget_used'];

export type Report = Omit<DryRunDto, 'truncated' | 'from' | 'to'>;

/** Judges requests, and counts by what they belong to. */
export async function reportOn(
  rule: PolicyRule,
  expression: CompiledExpression,
  requests: readonly RecentRequest[],
): Promise<Report> {
  const counts = new Counts();
  for (const [index, request] of requests.entries()) {
    if (index % BATCH === BATCH - 1) await setImmediate();
    counts.add(request, judgeRequest(rule, expression, request));
  }
  const notRecorded = NOT_RECORDED.filter((name) => expression.variables.has(name));
  return {
    object: 'policy.dry_run',
    requests: requests.length,
    ...counts.totals,
    not_recorded: notRecorded,
    ...counts.groups,
  };
}

class Counts {
  private readonly numbers: Record<Judgement, number> = { hit: 0, miss: 0, unknown: 0, hit_by_error: 0 };
  private readonly byKey = new Tally();
  private readonly byTeam = new Tally();
  private readonly byModel = new Tally();
  private readonly examples: DryRunExampleDto[] = [];

  add(request: RecentRequest, judgement: Judgement): void {
    const { virtual_key: key, team } = request.levels;
    this.numbers[judgement] += 1;
    this.byKey.add(key, judgement);
    this.byTeam.add(team, judgement);
    this.byModel.add({ id: request.model }, judgement);
    const hit = judgement === 'hit' || judgement === 'hit_by_error';
    if (hit && this.examples.length < EXAMPLES) this.examples.push(exampleOf(request));
  }

  get totals(): Pick<Report, 'hits' | 'misses' | 'unknown' | 'errors'> {
    const { hit, miss, unknown, hit_by_error: errors } = this.numbers;
    return { hits: hit + errors, misses: miss, unknown, errors };
  }

  get groups(): Pick<Report, 'by_key' | 'by_team' | 'by_model' | 'examples'> {
    return {
      by_key: this.byKey.counts,
      by_team: this.byTeam.counts,
      by_model: this.byModel.counts,
      examples: this.examples,
    };
  }
}

function exampleOf({ requestId, startedAt, levels, model }: RecentRequest): DryRunExampleDto {
  return {
    request_id: requestId,
    at: new Date(startedAt).toISOString(),
    key_id: levels.virtual_key?.id ?? null,
    team_id: levels.team?.id ?? null,
    model,
  };
}
