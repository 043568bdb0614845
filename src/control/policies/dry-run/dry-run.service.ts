import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import { Clock } from '../../../common/time/clock.port.js';
import { missing } from '../../../common/validation/violations.js';
import type { AdminPrincipal } from '../../auth/admin.port.js';
import { compileExpression } from '../cel/compile-expression.js';
import type { DryRunPolicyDto, DryRunRuleDto } from '../dto/dry-run-policy.dto.js';
import type { DryRunDto, DryRunExampleDto } from '../dto/dry-run.dto.js';
import { PoliciesService } from '../policies.service.js';
import { assertSound } from '../policy-draft.js';
import { ownerOf } from '../policy-owner.js';
import { refused } from '../policy-query.js';
import { PolicyScopes } from '../policy-scopes.port.js';
import type { PolicyRule } from '../policy.types.js';
import { type RecentRequest, RecentRequests, type RequestScope } from '../recent-requests.port.js';
import { judgeRequest } from './judge-request.js';
import { Tally } from './tally.js';

const DAY_MS = 86_400_000;
const DEFAULT_LIMIT = 1_000;
const EXAMPLES = 20;
/** Requests between two turns of the event loop: other requests wait for these. */
const BATCH = 200;
/** What the ledger keeps of no request, or not of each. */
const NOT_RECORDED = ['headers', 'max_output_tokens', 'budget_used'];

/** Shows whom a rule would have hit. */
@Injectable()
export class DryRunService {
  constructor(
    private readonly policies: PoliciesService,
    private readonly requests: RecentRequests,
    private readonly scopes: PolicyScopes,
    private readonly clock: Clock,
  ) {}

  async run(admin: AdminPrincipal, body: DryRunPolicyDto): Promise<DryRunDto> {
    // Whose requests are of which model is usage, and no more to be seen here than there.
    if (!admin.permissions.has('usage:read')) {
      throw new GatewayError('permission_denied', 'A dry run shows usage: it needs the permission usage:read too.');
    }
    const rule = await this.ruleOf(admin, body);
    const { from, to } = this.timeOf(body);
    const limit = body.limit ?? DEFAULT_LIMIT;
    const found = await this.requests.find(requestScope(admin, rule), from, to, limit + 1);
    const report = await judgeAll(rule, found.slice(0, limit));
    return {
      ...report,
      truncated: found.length > limit,
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
    };
  }

  private async ruleOf(admin: AdminPrincipal, { id, rule }: DryRunPolicyDto): Promise<PolicyRule> {
    if (id && rule) throw new GatewayError('invalid_value', "Give 'id' or 'rule', not both.", { param: 'id' });
    if (id) return this.policies.get(admin, id);
    if (!rule) throw refused(missing('rule'));
    return this.draft(admin, rule);
  }

  private async draft(admin: AdminPrincipal, rule: DryRunRuleDto): Promise<PolicyRule> {
    const scope = rule.scope ?? (admin.organizationId === null ? 'installation' : 'organization');
    const owner = await ownerOf(admin, scope, rule.scope_id, this.scopes);
    const now = new Date(this.clock.wallTime());
    return {
      ...owner,
      id: '',
      name: '',
      description: '',
      expression: rule.expression,
      effect: rule.effect ?? 'deny',
      targetModel: null,
      caps: {},
      message: null,
      priority: 0,
      enabled: true,
      dryRun: true,
      models: rule.models ?? [],
      managedBy: 'api',
      createdAt: now,
      updatedAt: now,
    };
  }

  private timeOf({ from, to }: DryRunPolicyDto): { from: number; to: number } {
    const end = to === undefined ? this.clock.wallTime() : moment(to, 'to');
    const start = from === undefined ? end - DAY_MS : moment(from, 'from');
    if (start < end) return { from: start, to: end };
    throw new GatewayError('invalid_value', "Invalid 'from': it has to be before 'to'.", { param: 'from' });
  }
}

function moment(text: string, param: string): number {
  const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text)
    ? Date.parse(text)
    : NaN;
  if (!Number.isNaN(time)) return time;
  throw new GatewayError('invalid_value', `Invalid '${param}': expected a time like 2026-01-31T12:00:00Z.`, { param });
}

function requestScope({ organizationId }: AdminPrincipal, { scope, scopeId, ...rule }: PolicyRule): RequestScope {
  const owner = rule.organizationId ?? organizationId;
  if (scope === 'installation' || scopeId === null) return { organizationId: owner };
  return { organizationId: owner, entity: { level: scope, id: scopeId } };
}

type Report = Omit<DryRunDto, 'truncated' | 'from' | 'to'>;

async function judgeAll(rule: PolicyRule, requests: readonly RecentRequest[]): Promise<Report> {
  const { expression } = await compileExpression(rule.expression);
  if (!expression) {
    await assertSound({ ...rule, effect: 'allow', targetModel: null, caps: {}, message: null });
    throw new GatewayError('invalid_value', "Invalid 'expression'.", { param: 'expression' });
  }
  const counts = { hit: 0, miss: 0, unknown: 0, hit_by_error: 0 };
  const [byKey, byTeam, byModel] = [new Tally(), new Tally(), new Tally()];
  const examples: DryRunExampleDto[] = [];
  for (const [index, request] of requests.entries()) {
    if (index % BATCH === BATCH - 1) await setImmediate();
    const judgement = judgeRequest(rule, expression, request);
    const { virtual_key: key, team } = request.levels;
    counts[judgement] += 1;
    byKey.add(key?.id ?? null, key?.name ?? null, judgement);
    byTeam.add(team?.id ?? null, team?.name ?? null, judgement);
    byModel.add(request.model, null, judgement);
    const hit = judgement === 'hit' || judgement === 'hit_by_error';
    if (hit && examples.length < EXAMPLES) examples.push(exampleOf(request));
  }
  return {
    object: 'policy.dry_run',
    requests: requests.length,
    hits: counts.hit + counts.hit_by_error,
    misses: counts.miss,
    unknown: counts.unknown,
    errors: counts.hit_by_error,
    not_recorded: NOT_RECORDED.filter((name) => expression.variables.has(name)),
    by_key: byKey.counts,
    by_team: byTeam.counts,
    by_model: byModel.counts,
    examples,
  };
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
