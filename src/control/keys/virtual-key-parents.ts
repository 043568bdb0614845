import { GatewayError } from '../../common/errors/gateway-error.js';
import { CUSTOMER, PROJECT, TEAM, USER } from '../tenancy/kinds.js';
import { parentOf } from '../tenancy/parents.js';
import type { TenantReader } from '../tenancy/tenant-session.js';

export interface KeyParents {
  readonly customerId: string | null;
  readonly teamId: string | null;
  readonly projectId: string | null;
  readonly userId: string | null;
}

interface GivenParents {
  readonly customer_id?: string | null;
  readonly team_id?: string | null;
  readonly project_id?: string | null;
  readonly user_id?: string | null;
}

/**
 * The levels that a key is put under: what is given over what is there.
 * @throws GatewayError `not_found` for one that is not there; `invalid_value` for two that contradict each other
 */
export async function keyParents(
  reader: TenantReader,
  organizationId: string,
  given: GivenParents,
  before: KeyParents,
): Promise<KeyParents> {
  const names = ['customer_id', 'team_id', 'project_id', 'user_id'] as const;
  if (names.every((name) => given[name] === undefined)) return before;
  const parents: KeyParents = {
    customerId: await parentOf(
      reader,
      CUSTOMER,
      organizationId,
      over(given.customer_id, before.customerId),
      'customer_id',
    ),
    teamId: await parentOf(reader, TEAM, organizationId, over(given.team_id, before.teamId), 'team_id'),
    projectId: await parentOf(reader, PROJECT, organizationId, over(given.project_id, before.projectId), 'project_id'),
    userId: await parentOf(reader, USER, organizationId, over(given.user_id, before.userId), 'user_id'),
  };
  await assertConsistent(reader, parents);
  return parents;
}

function over(given: string | null | undefined, before: string | null): string | null {
  return given === undefined ? before : given;
}

async function assertConsistent(reader: TenantReader, { customerId, teamId, projectId }: KeyParents): Promise<void> {
  const project = projectId === null ? undefined : await reader.get(PROJECT, projectId);
  assertSame(teamId, project?.teamId, 'team_id', 'the project');
  const effective = project?.teamId ?? teamId;
  const team = effective === null ? undefined : await reader.get(TEAM, effective);
  assertSame(customerId, team?.customerId, 'customer_id', 'the team');
  if (!team?.customerId) assertSame(customerId, project?.customerId, 'customer_id', 'the project');
}

function assertSame(given: string | null, implied: string | null | undefined, param: string, whose: string): void {
  if (given === null || implied === null || implied === undefined || given === implied) return;
  throw new GatewayError('invalid_value', `'${param}' is not that of ${whose}: leave it out.`, { param });
}
