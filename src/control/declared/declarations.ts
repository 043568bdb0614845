import { hostname } from 'node:os';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/sql';
import type { GovernanceSettings } from '../../config/file/governance/governance-settings.types.js';
import { Database } from '../../persistence/database.js';
import { auditedAs } from '../audit/audit-scope.port.js';
import { ROLES_TOPIC } from '../auth/declared-roles.port.js';
import { Notices } from '../notices/notices.port.js';
import { declaredPolicyProblems } from '../policies/declared-policies.port.js';
import { Policies, POLICIES_TOPIC } from '../policies/policies.port.js';
import { PRICES_TOPIC } from '../pricing/declared-prices.port.js';
import { KeyHasher } from '../tenancy/key-hasher.js';
import { Tenancy } from '../tenancy/tenancy.js';
import { INSTALLATION } from '../tenancy/tenant-scope.js';
import { DeclarationError } from './declaration-error.js';
import { deployedState, keepState, touchState } from './deployed-state.js';
import { type DeployedState, type Deployment, isSuperseded } from './deployment.js';
import { changesOf, type EntityChange, isEmpty, type Plan, planOf } from './difference.js';
import type { StoredItem, WantedItem } from './item.types.js';
import { planProblems } from './plan-checks.js';
import { PlanWriter, type Written } from './plan-writer.js';
import { storedItems } from './stored-items.js';
import { wantedItems } from './wanted-items.js';

/** Tells the nodes which version is in force. */
export const DECLARED_TOPIC = 'declared';

/** What became of a deployment. */
export type Applied =
  | { readonly outcome: 'applied'; readonly changes: readonly EntityChange[] }
  | { readonly outcome: 'unchanged' }
  /** What another node deployed stays in force. */
  | { readonly outcome: 'superseded'; readonly by: DeployedState };

/** What a look at the database finds. */
interface Comparison {
  readonly stored: readonly StoredItem[];
  readonly plan: Plan;
  readonly state: DeployedState | undefined;
}

/** @throws DeclarationError with all that its schema cannot say */
export async function soundItems(governance: GovernanceSettings, hasher: KeyHasher): Promise<readonly WantedItem[]> {
  const { items, problems } = wantedItems(governance, hasher);
  const expressions = await declaredPolicyProblems(governance);
  const all = [...problems, ...expressions.map(({ path, message }) => ({ address: path, message }))];
  if (all.length > 0) throw new DeclarationError(all);
  return items;
}

/**
 * Compares a section with the database.
 * @throws DeclarationError when something of the API is in the way
 */
export async function compare(
  em: EntityManager,
  wanted: readonly WantedItem[],
  hasher: KeyHasher,
): Promise<Omit<Comparison, 'state'>> {
  const stored = await storedItems(em);
  const plan = planOf(stored, wanted);
  const problems = isEmpty(plan) ? [] : await planProblems(em, plan, stored, wanted, hasher);
  if (problems.length > 0) throw new DeclarationError(problems);
  return { stored, plan };
}

/** Brings the database to what a file says. */
@Injectable()
export class Declarations {
  /** Who applied it, for people who look for the reason of a change. */
  private readonly node = `${hostname()}:${process.pid}`;

  constructor(
    private readonly tenancy: Tenancy,
    private readonly database: Database,
    private readonly hasher: KeyHasher,
    private readonly policies: Policies,
    private readonly notices: Notices,
  ) {}

  /** What is in force. @throws GatewayError `storage_unavailable` */
  state(): Promise<DeployedState | undefined> {
    return this.database.run(deployedState);
  }

  /** Everything that a file owns. @throws GatewayError `storage_unavailable` */
  owned(): Promise<StoredItem[]> {
    return this.tenancy.read(INSTALLATION, (_reader, em) => storedItems(em));
  }

  /**
   * Applies a deployment whole, or nothing of it. Idempotent; several nodes may do it at once.
   * @throws DeclarationError for a section that cannot be applied
   * @throws GatewayError `storage_unavailable` while the database is away
   */
  async apply(mine: Deployment): Promise<Applied> {
    const wanted = await soundItems(mine.governance, this.hasher);
    // Mostly there is nothing to do, and that is found out without keeping anybody from writing.
    const first = await this.tenancy.read(INSTALLATION, (_reader, em) => this.look(em, mine, wanted));
    if (first.outcome === 'superseded') return first;
    if (first.outcome === 'unchanged') {
      await this.database.run((em) => touchState(em, mine));
      return first;
    }
    const actor = { kind: 'file', id: 'asbru.yaml', name: this.node } as const;
    return auditedAs({ actor, note: { version: mine.version, revision: mine.revision } }, () =>
      this.write(mine, wanted),
    );
  }

  private async write(mine: Deployment, wanted: readonly WantedItem[]): Promise<Applied> {
    let written: Written | undefined;
    const applied = await this.tenancy.write(
      INSTALLATION,
      async (session, em): Promise<Applied> => {
        // Another node may have been faster; from here on it waits.
        const now = await this.look(em, mine, wanted);
        if (now.outcome !== 'apply') return now;
        const at = new Date(this.tenancy.clock.wallTime());
        written = await new PlanWriter(session, em, this.hasher, at, now.stored).write(now.plan);
        await keepState(em, mine, at, this.node);
        return { outcome: 'applied', changes: changesOf(now.plan) };
      },
      () => written?.revoked ?? [],
    );
    if (written) await this.tell(written, mine);
    return applied;
  }

  private async look(
    em: EntityManager,
    mine: Deployment,
    wanted: readonly WantedItem[],
  ): Promise<Exclude<Applied, { outcome: 'applied' }> | (Comparison & { readonly outcome: 'apply' })> {
    const state = await deployedState(em);
    if (state && isSuperseded(mine, state)) return { outcome: 'superseded', by: state };
    const { stored, plan } = await compare(em, wanted, this.hasher);
    if (isEmpty(plan) && state?.version === mine.version) return { outcome: 'unchanged' };
    return { outcome: 'apply', stored, plan, state };
  }

  /** Rules hold before this node answers its first call; all else follows notices. */
  private async tell({ kinds }: Written, { version }: Deployment): Promise<void> {
    if (kinds.has('policy')) {
      await this.policies.refresh();
      await this.notices.publish(POLICIES_TOPIC, '');
    }
    if (kinds.has('role')) await this.notices.publish(ROLES_TOPIC, 'changed');
    if (kinds.has('price_override')) await this.notices.publish(PRICES_TOPIC, '');
    await this.notices.publish(DECLARED_TOPIC, version);
  }
}
