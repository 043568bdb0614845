import { Injectable } from '@nestjs/common';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import { Clock } from '../../../common/time/clock.port.js';
import { missing } from '../../../common/validation/violations.js';
import type { AdminPrincipal } from '../../auth/admin.port.js';
import { compileExpression, type CompiledExpression } from '../cel/compile-expression.js';
import type { DryRunPolicyDto, DryRunRuleDto } from '../dto/dry-run-policy.dto.js';
import type { DryRunDto } from '../dto/dry-run.dto.js';
import { PoliciesService } from '../policies.service.js';
import { unsound } from '../policy-draft.js';
import { ownerOf } from '../policy-owner.js';
import { invalid } from '../../../common/validation/invalid.js';
import { PolicyScopes } from '../policy-scopes.port.js';
import type { PolicyRule } from '../policy.types.js';
import { RecentRequests, type RequestScope } from '../recent-requests.port.js';
import { reportOn } from './report.js';

const DAY_MS = 86_400_000;
const DEFAULT_LIMIT = 1_000;

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
    const report = await reportOn(rule, await expressionOf(rule), found.slice(0, limit));
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
    if (!rule) throw invalid(missing('rule'));
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

async function expressionOf(rule: PolicyRule): Promise<CompiledExpression> {
  const { expression, error } = await compileExpression(rule.expression);
  if (error) throw unsound(error);
  return expression;
}
