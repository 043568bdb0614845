import { GatewayError } from '../../common/errors/gateway-error.js';
import type {
  DeclaredLevel,
  DeclaredOrganization,
  DeclaredPolicy,
  DeclaredPrice,
  DeclaredRole,
  DeclaredVirtualKey,
  GovernanceSettings,
} from '../../config/file/governance/governance-settings.types.js';
import { storedPermissions } from '../auth/declared-roles.port.js';
import type { Level } from '../contract/level.types.js';
import { declaredPriceColumns, declaredPriceFields } from '../pricing/declared-prices.port.js';
import { budgetColumns } from '../tenancy/budget-row.js';
import type { Declared } from '../tenancy/declared-entities.types.js';
import { importedPrefix } from '../tenancy/imported-key.js';
import type { KeyHasher } from '../tenancy/key-hasher.js';
import { writeTerms } from '../tenancy/key-terms.js';
import { limitColumns } from '../tenancy/limit-row.js';
import { levelAddress, Numbering, partAddress } from './addresses.js';
import type { DeclarationProblem } from './declaration-error.js';
import { budgetFields, levelFields, limitFields, policyFields, type References, roleFields } from './item-fields.js';
import type { Content, ItemKind, ParentAddresses, WantedItem } from './item.types.js';

/** What a section declares, and what is wrong in it that its schema cannot say. */
export interface Wanted {
  readonly items: readonly WantedItem[];
  readonly problems: readonly DeclarationProblem[];
}

/** All that a section declares, each after what it refers to. */
export function wantedItems(governance: GovernanceSettings, hasher: KeyHasher): Wanted {
  const list = new WantedList(hasher);
  for (const organization of governance.organizations) list.addOrganization(organization);
  list.addRules(null, null, governance.policies, governance.roles, governance.prices);
  return { items: list.items, problems: list.problems };
}

interface Place {
  readonly level: Level;
  readonly address: string;
  /** Address of the organisation. */
  readonly organization: string;
}

class WantedList {
  readonly items: WantedItem[] = [];
  readonly problems: DeclarationProblem[] = [];

  constructor(private readonly hasher: KeyHasher) {}

  addOrganization(one: DeclaredOrganization): void {
    const organization = levelAddress('organization', one.key, null);
    this.addLevel({ level: 'organization', address: organization, organization }, one, { kind: 'organization' }, {});
    for (const customer of one.customers) this.addBelow('customer', organization, customer, { kind: 'customer' }, {});
    for (const { customer, ...team } of one.teams) {
      this.addBelow('team', organization, team, { kind: 'team' }, { customer });
    }
    for (const { customer, team, ...project } of one.projects) {
      this.addBelow('project', organization, project, { kind: 'project' }, { team, customer });
    }
    for (const { email, ...user } of one.users) {
      this.addBelow('user', organization, user, { kind: 'user', email: email.toLowerCase() }, {});
    }
    for (const key of one.virtualKeys) this.addKey(organization, key);
    this.addRules(organization, 'organization', [], one.roles, one.prices);
  }

  addRules(
    organization: string | null,
    level: Level | null,
    policies: readonly DeclaredPolicy[],
    roles: readonly DeclaredRole[],
    prices: readonly DeclaredPrice[],
  ): void {
    for (const role of roles) this.addRole(organization, role);
    for (const policy of policies) this.addPolicy(organization, level, organization, policy);
    const names = new Numbering();
    for (const price of prices) this.addPrice(organization, names, price);
  }

  private addKey(organization: string, key: DeclaredVirtualKey): void {
    const { customer, team, project, user, terms, value, ...level } = key;
    const text = value.reveal();
    const address = levelAddress('virtual_key', key.key, organization);
    this.attempt(`${address}/value`, () => importedPrefix(text, 'value'));
    const declared = { kind: 'virtual_key' as const, ...mutable(terms), key: text };
    this.addBelow('virtual_key', organization, level, declared, { customer, team, project, user });
  }

  private addBelow(level: Level, organization: string, one: DeclaredLevel, own: OwnPart, references: References): void {
    this.addLevel({ level, address: levelAddress(level, one.key, organization), organization }, one, own, references);
  }

  private addLevel(place: Place, one: DeclaredLevel, own: OwnPart, references: References): void {
    const declared: Declared = { ...own, name: one.name };
    this.add(
      place.level,
      place.address,
      place.organization,
      one.key,
      this.fieldsOf(place.level, declared, references),
      {
        kind: 'level',
        declared,
        parents: parentsOf(references, place.organization),
      },
    );
    this.addTerms(place, one);
    for (const policy of one.policies) this.addPolicy(place.organization, place.level, place.address, policy);
  }

  private fieldsOf(level: Level, declared: Declared, references: References): WantedItem['fields'] {
    const columns = {
      name: declared.name,
      ...(declared.kind === 'user' && { email: declared.email }),
    };
    if (declared.kind !== 'virtual_key') return levelFields(level, columns, references);
    const { expires_at: expires, disabled, key } = declared;
    const own = {
      ...columns,
      status: disabled === true ? 'disabled' : 'active',
      expiresAt: typeof expires === 'string' ? new Date(expires) : null,
      terms: writeTerms(declared),
    };
    return { ...levelFields(level, own, references), value: this.hasher.hash(key).digest };
  }

  private addTerms(place: Place, { budgets, rateLimits }: DeclaredLevel): void {
    const names = new Numbering();
    for (const [index, budget] of budgets.entries()) {
      this.attempt(`${place.address}/budgets[${index}]`, () => {
        const columns = budgetColumns(mutable(budget));
        const key = names.next(columns.name);
        const content = { kind: 'budget' as const, level: place.level, of: place.address, columns };
        this.addPart('budget', place, 'budgets', key, budgetFields(columns), content);
      });
    }
    const limits = new Numbering();
    for (const [index, limit] of rateLimits.entries()) {
      this.attempt(`${place.address}/rate_limits[${index}]`, () => {
        const columns = limitColumns(mutable(limit));
        const key = limits.next(limit.window === undefined ? limit.metric : `${limit.metric} per ${limit.window}`);
        const content = { kind: 'rate_limit' as const, level: place.level, of: place.address, columns };
        this.addPart('rate_limit', place, 'rate_limits', key, limitFields(columns), content);
      });
    }
  }

  private addPart(
    kind: ItemKind,
    place: Place,
    group: string,
    key: string,
    fields: WantedItem['fields'],
    content: Content,
  ): void {
    this.add(kind, partAddress(place.address, group, key), place.organization, key, fields, content);
  }

  private addPolicy(organization: string | null, level: Level | null, of: string | null, one: DeclaredPolicy): void {
    const { key, caps, models, ...rest } = one;
    const columns = { ...rest, caps: JSON.stringify(caps), models: JSON.stringify(models) };
    const address = partAddress(of, 'policies', key);
    this.add('policy', address, organization, address, policyFields(columns), { kind: 'policy', level, of, columns });
  }

  private addRole(organization: string | null, { key, name, description, permissions }: DeclaredRole): void {
    const columns = { name, description, permissions: storedPermissions(permissions) };
    const address = partAddress(organization, 'roles', key);
    this.add('role', address, organization, address, roleFields(columns), { kind: 'role', columns });
  }

  private addPrice(organization: string | null, names: Numbering, price: DeclaredPrice): void {
    const from = price.valid_from === undefined ? '' : ` from ${price.valid_from}`;
    const address = partAddress(organization, 'prices', names.next(`${price.provider}/${price.model}${from}`));
    this.attempt(address, () => {
      const columns = declaredPriceColumns(price);
      const fields = declaredPriceFields(columns);
      this.add('price_override', address, organization, address, fields, { kind: 'price_override', columns });
    });
  }

  private add(
    kind: ItemKind,
    address: string,
    organization: string | null,
    declaredKey: string,
    fields: WantedItem['fields'],
    content: Content,
  ): void {
    this.items.push({ kind, address, organization, declaredKey, fields, content });
  }

  /** What the API would refuse is a problem of the file. */
  private attempt(address: string, work: () => unknown): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      this.problems.push({ address, message: error.message });
    }
  }
}

type OwnPart = DistributiveOmit<Declared, 'name' | 'customerId' | 'teamId' | 'projectId' | 'userId'>;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

function parentsOf(references: References, organization: string): ParentAddresses {
  const at = (level: Level, key: string | null | undefined): string | null =>
    key === null || key === undefined ? null : levelAddress(level, key, organization);
  return {
    ...('customer' in references && { customerId: at('customer', references.customer) }),
    ...('team' in references && { teamId: at('team', references.team) }),
    ...('project' in references && { projectId: at('project', references.project) }),
    ...('user' in references && { userId: at('user', references.user) }),
  };
}

/** Settings are frozen, and what reads the words of the API asks for lists that are not. */
function mutable<T extends object>(value: T): Mutable<T> {
  const copy: Mutable<T> = JSON.parse(JSON.stringify(value));
  return copy;
}

type Mutable<T> =
  T extends ReadonlyArray<infer E>
    ? Array<Mutable<E>>
    : T extends object
      ? { -readonly [K in keyof T]: Mutable<T[K]> }
      : T;
