import { Injectable } from '@nestjs/common';
import { GatewayError } from '../../common/errors/gateway-error.js';
import { randomBase58 } from '../../common/random/base58.js';
import { Clock } from '../../common/time/clock.port.js';
import type { AdminPrincipal } from '../auth/admin.port.js';
import { Notices } from '../notices/notices.port.js';
import { CelPolicies } from './cel-policies.js';
import { compileExpression } from './cel/compile-expression.js';
import type { CheckExpressionDto } from './dto/check-expression.dto.js';
import type { CreatePolicyDto } from './dto/create-policy.dto.js';
import type { ExpressionCheckDto } from './dto/expression-check.dto.js';
import type { DeletedPolicyDto, PolicyDto, PolicyListDto } from './dto/policy.dto.js';
import type { UpdatePolicyDto } from './dto/update-policy.dto.js';
import { toCheck, toDto } from './policy-answers.js';
import { assertSound, changed, termsOf } from './policy-draft.js';
import { ownerOf } from './policy-owner.js';
import type { RawQuery } from '../../common/http/query.js';
import { readPolicyQuery } from './policy-query.js';
import { POLICIES_TOPIC } from './policies.port.js';
import { PolicyScopes } from './policy-scopes.port.js';
import { PolicyStore } from './policy-store.port.js';
import { MAX_RULES_PER_SCOPE, type PolicyRule } from './policy.types.js';

/** What administrators do with rules. */
@Injectable()
export class PoliciesService {
  constructor(
    private readonly store: PolicyStore,
    private readonly scopes: PolicyScopes,
    private readonly policies: CelPolicies,
    private readonly notices: Notices,
    private readonly clock: Clock,
  ) {}

  async list(admin: AdminPrincipal, query: RawQuery): Promise<PolicyListDto> {
    const { page, filter } = readPolicyQuery(query);
    const rules = await this.store.list(admin.organizationId, filter, page);
    if (!rules) {
      throw new GatewayError('invalid_value', "Invalid 'after': there is no policy with this id.", { param: 'after' });
    }
    const data = rules.slice(0, page.limit).map((rule) => this.present(rule));
    return {
      object: 'list',
      data,
      has_more: rules.length > page.limit,
      first_id: data[0]?.id ?? null,
      last_id: data.at(-1)?.id ?? null,
    };
  }

  async find(admin: AdminPrincipal, id: string): Promise<PolicyDto> {
    return this.present(await this.get(admin, id));
  }

  async create(admin: AdminPrincipal, body: CreatePolicyDto): Promise<PolicyDto> {
    const owner = await ownerOf(admin, body.scope, body.scope_id, this.scopes);
    const terms = termsOf(body);
    await assertSound(terms);
    const now = new Date(this.clock.wallTime());
    const times = { createdAt: now, updatedAt: now };
    const rule: PolicyRule = { id: `pol_${randomBase58(24)}`, ...owner, ...terms, managedBy: 'api', ...times };
    if (!(await this.store.insert(admin.organizationId, rule, MAX_RULES_PER_SCOPE))) {
      throw new GatewayError('conflict', `One scope has at most ${MAX_RULES_PER_SCOPE} policies.`, { param: 'scope' });
    }
    await this.tell();
    return this.present(rule);
  }

  async update(admin: AdminPrincipal, id: string, body: UpdatePolicyDto): Promise<PolicyDto> {
    const before = await this.get(admin, id);
    assertOwnedByApi(before);
    const terms = changed(before, body);
    await assertSound(terms);
    // Never the same moment twice: it is how a change in between is seen.
    const updatedAt = new Date(Math.max(this.clock.wallTime(), before.updatedAt.getTime() + 1));
    const rule: PolicyRule = { ...terms, updatedAt };
    const change = await this.store.replace(admin.organizationId, rule, before.updatedAt);
    if (change === 'not_found') throw notFound();
    if (change === 'conflict') {
      throw new GatewayError('conflict', 'Somebody else has changed this policy meanwhile. Read it again.');
    }
    await this.tell();
    return this.present(rule);
  }

  async remove(admin: AdminPrincipal, id: string): Promise<DeletedPolicyDto> {
    assertOwnedByApi(await this.get(admin, id));
    if (!(await this.store.remove(admin.organizationId, id))) throw notFound();
    await this.tell();
    return { id, object: 'policy', deleted: true };
  }

  async check({ expression }: CheckExpressionDto): Promise<ExpressionCheckDto> {
    return toCheck(await compileExpression(expression));
  }

  /** @throws GatewayError `not_found`, also for what belongs to another organisation */
  async get({ organizationId }: AdminPrincipal, id: string): Promise<PolicyRule> {
    const rule = ID.test(id) ? await this.store.find(organizationId, id) : undefined;
    if (!rule) throw notFound();
    return rule;
  }

  /** This node at once, the others when they hear of it. */
  private async tell(): Promise<void> {
    await this.policies.refresh();
    await this.notices.publish(POLICIES_TOPIC, '');
  }

  private present(rule: PolicyRule): PolicyDto {
    return toDto(rule, this.policies.countsOf(rule.id));
  }
}

/** What no id looks like is not looked for: PostgreSQL refuses a zero character. */
const ID = /^[\w-]{1,64}$/;

function notFound(): GatewayError {
  return new GatewayError('not_found', 'There is no policy with this id.');
}

function assertOwnedByApi({ managedBy }: PolicyRule): void {
  if (managedBy === 'api') return;
  throw new GatewayError('conflict', 'This policy is declared in asbru.yaml: change it there. The API only reads it.');
}
