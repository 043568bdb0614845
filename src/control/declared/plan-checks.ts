import type { EntityManager } from '@mikro-orm/sql';
import { isSystemRoleName, LONGEST_ROLE_NAME } from '../auth/declared-roles.port.js';
import { RoleRow } from '../auth/store/role.entity.js';
import { LEVELS, type Level } from '../contract/level.types.js';
import { overlapInTime } from '../pricing/declared-prices.port.js';
import { PriceOverrideRow } from '../pricing/overrides/price-override.entity.js';
import type { KeyHasher } from '../tenancy/key-hasher.js';
import type { DeclarationProblem } from './declaration-error.js';
import type { Plan } from './difference.js';
import type { StoredItem, WantedItem } from './item.types.js';
import { blockedRemovals } from './removal-checks.js';
import { CHUNK, chunks, marks, TABLES } from './statements.js';

/** What of the API stands in the way of a plan: names and values that are taken, and what is below what would go. */
export async function planProblems(
  em: EntityManager,
  plan: Plan,
  stored: readonly StoredItem[],
  wanted: readonly WantedItem[],
  hasher: KeyHasher,
): Promise<DeclarationProblem[]> {
  const organizations = new Map(
    stored.filter(({ kind }) => kind === 'organization').map(({ address, id }) => [address, id]),
  );
  const named = namedAnew(plan);
  return [
    ...(await levelClashes(em, named, organizations)),
    ...(await keyClashes(em, named, hasher)),
    ...(await roleProblems(em, wanted, named, organizations)),
    ...(await priceProblems(em, wanted, organizations)),
    ...(await blockedRemovals(em, plan)),
  ];
}

/** What is new, or is called differently from now on: only a name that is given can be taken. */
function namedAnew({ creates, updates }: Plan): WantedItem[] {
  const changed = updates.filter(({ stored, wanted }) =>
    ['name', 'email', 'value'].some((field) => stored.fields[field] !== wanted.fields[field]),
  );
  return [...creates, ...changed.map(({ wanted }) => wanted)];
}

async function levelClashes(
  em: EntityManager,
  items: readonly WantedItem[],
  organizations: ReadonlyMap<string, string>,
): Promise<DeclarationProblem[]> {
  const problems: DeclarationProblem[] = [];
  for (const level of LEVELS) {
    const own = items.filter(({ kind }) => kind === level);
    for (const part of chunks(own)) {
      problems.push(...(await namesTaken(em, level, 'name', part, organizations)));
      if (level === 'user') problems.push(...(await namesTaken(em, level, 'email', part, organizations)));
    }
  }
  return problems;
}

async function namesTaken(
  em: EntityManager,
  level: Level,
  field: 'name' | 'email',
  items: readonly WantedItem[],
  organizations: ReadonlyMap<string, string>,
): Promise<DeclarationProblem[]> {
  const revoked = level === 'virtual_key' ? " and status <> 'revoked'" : '';
  const names = items.map((item) => textField(item, field));
  const rows = await em.execute<Array<{ id: string; organization_id: string; taken: string }>>(
    `select id, organization_id, ${field} as taken from ${TABLES[level]} where managed_by = 'api'${revoked} and ${field} in (${marks(names)})`,
    names,
  );
  return items.flatMap(({ address, organization, fields }) => {
    const owner = organizations.get(organization ?? '');
    const found = rows.find(
      (row) => row.taken === fields[field] && (level === 'organization' || row.organization_id === owner),
    );
    if (!found) return [];
    const what = field === 'email' ? 'this e-mail address' : `the ${field} '${found.taken}'`;
    const message = `a ${level.replaceAll('_', ' ')} with ${what} was made through the API already (${found.id}): rename or remove one of them`;
    return [{ address, message }];
  });
}

async function keyClashes(
  em: EntityManager,
  items: readonly WantedItem[],
  hasher: KeyHasher,
): Promise<DeclarationProblem[]> {
  const keys = items.flatMap(({ address, content }) => {
    if (content.kind !== 'level' || content.declared.kind !== 'virtual_key') return [];
    const digests = hasher.candidates(content.declared.key).map((text) => Buffer.from(text, 'latin1').toString('hex'));
    return digests.map((digest) => ({ address, digest }));
  });
  const problems: DeclarationProblem[] = [];
  for (let at = 0; at < keys.length; at += CHUNK) {
    const part = keys.slice(at, at + CHUNK);
    const digests = part.map(({ digest }) => digest);
    const taken = await em.execute<Array<{ digest: string }>>(
      `select digest from virtual_key_secrets where managed_by = 'api' and digest in (${marks(digests)})`,
      digests,
    );
    const found = new Set(taken.map(({ digest }) => digest));
    for (const { address, digest } of part) {
      // Not which one: whoever reads the log would learn whose key it is.
      if (found.has(digest)) problems.push({ address, message: 'a key of the API has this value already' });
    }
  }
  return problems;
}

async function roleProblems(
  em: EntityManager,
  wanted: readonly WantedItem[],
  named: readonly WantedItem[],
  organizations: ReadonlyMap<string, string>,
): Promise<DeclarationProblem[]> {
  const roles = wanted.filter(({ kind }) => kind === 'role');
  if (roles.length === 0) return [];
  const seen = new Set<string>();
  const taken = await em.find(RoleRow, { $or: [{ managedBy: null }, { managedBy: 'api' }] }, PLAIN);
  const anew = new Set(named);
  return roles.flatMap((role) => {
    const name = textField(role, 'name');
    const { address, organization } = role;
    const twice = seen.has(`${organization}\n${name}`);
    seen.add(`${organization}\n${name}`);
    const owner = organization === null ? null : organizations.get(organization);
    const clash = anew.has(role) && taken.find((row) => row.name === name && (row.organizationId ?? null) === owner);
    if (name.length > LONGEST_ROLE_NAME)
      return [{ address, message: `the name must have at most ${LONGEST_ROLE_NAME} characters` }];
    if (isSystemRoleName(name)) return [{ address, message: `'${name}' is a role of the system: choose another name` }];
    if (twice) return [{ address, message: `another role of the file has the name '${name}'` }];
    if (!clash) return [];
    const message = `a role with the name '${name}' was made through the API already (${clash.id}): rename or remove one of them`;
    return [{ address, message }];
  });
}

/** Of two prices for the same at the same time, nobody could tell which one is meant. */
async function priceProblems(
  em: EntityManager,
  wanted: readonly WantedItem[],
  organizations: ReadonlyMap<string, string>,
): Promise<DeclarationProblem[]> {
  const prices = wanted.flatMap(({ address, organization, content }) =>
    content.kind === 'price_override' ? [{ address, organization, columns: content.columns }] : [],
  );
  if (prices.length === 0) return [];
  const others = await em.find(PriceOverrideRow, { $or: [{ managedBy: null }, { managedBy: 'api' }] }, PLAIN);
  return prices.flatMap(({ address, organization, columns }, index) => {
    const { provider, model } = columns;
    const owner = organization === null ? null : organizations.get(organization);
    const rival = others.find(
      (row) =>
        (row.organizationId ?? null) === owner &&
        row.provider === provider &&
        row.model === model &&
        overlapInTime(columns, row),
    );
    if (rival) {
      const message = `a price for '${provider}/${model}' in this time was made through the API already (${rival.id}): end or remove one of them`;
      return [{ address, message }];
    }
    const twin = prices
      .slice(0, index)
      .find(
        (other) =>
          other.organization === organization &&
          other.columns.provider === provider &&
          other.columns.model === model &&
          overlapInTime(columns, other.columns),
      );
    return twin ? [{ address, message: `is for the same time as ${twin.address}: end one with valid_until` }] : [];
  });
}

function textField({ fields }: WantedItem, field: string): string {
  const value = fields[field];
  return typeof value === 'string' ? value : '';
}

const PLAIN = { disableIdentityMap: true } as const;
