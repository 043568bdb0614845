import { Secret } from '../secret.js';
import type {
  DeclaredLevel,
  DeclaredOrganization,
  DeclaredPolicy,
  DeclaredRole,
  DeclaredVirtualKey,
  GovernanceSettings,
} from './governance-settings.types.js';
import type {
  RawGovernance,
  RawLevel,
  RawOrganization,
  RawPolicyRule,
  RawRole,
  RawVirtualKey,
} from './raw-governance.types.js';

/** The section `governance` with its defaults. */
export function governanceOf(raw: RawGovernance): GovernanceSettings {
  return {
    revision: raw.revision ?? 0,
    organizations: each(raw.organizations, organizationOf),
    policies: each(raw.policies, policyOf),
    roles: each(raw.roles, roleOf),
    prices: raw.prices ?? [],
  };
}

function each<R, T>(raw: Readonly<Record<string, R>> | undefined, make: (key: string, value: R) => T): T[] {
  return Object.entries(raw ?? {}).map(([key, value]) => make(key, value));
}

function levelOf(key: string, raw: RawLevel): DeclaredLevel {
  return {
    key,
    name: raw.name ?? key,
    budgets: raw.budgets ?? [],
    rateLimits: raw.rate_limits ?? [],
    policies: each(raw.policies, policyOf),
  };
}

function organizationOf(key: string, raw: RawOrganization): DeclaredOrganization {
  return {
    ...levelOf(key, raw),
    customers: each(raw.customers, levelOf),
    teams: each(raw.teams, (name, team) => ({ ...levelOf(name, team), customer: team.customer ?? null })),
    projects: each(raw.projects, (name, project) => ({
      ...levelOf(name, project),
      team: project.team ?? null,
      customer: project.customer ?? null,
    })),
    users: each(raw.users, (name, user) => ({ ...levelOf(name, user), email: user.email })),
    virtualKeys: each(raw.virtual_keys, virtualKeyOf),
    roles: each(raw.roles, roleOf),
    prices: raw.prices ?? [],
  };
}

function virtualKeyOf(key: string, raw: RawVirtualKey): DeclaredVirtualKey {
  const { name: _name, budgets: _budgets, rate_limits: _limits, policies: _policies, ...own } = raw;
  const { value, allow_literal: _literal, ...rest } = own;
  const { customer = null, team = null, project = null, user = null, ...terms } = rest;
  const parents = { customer, team, project, user };
  return { ...levelOf(key, raw), value: new Secret(value), ...parents, terms };
}

function policyOf(key: string, raw: RawPolicyRule): DeclaredPolicy {
  return {
    key,
    ...textsOf(key, raw),
    expression: raw.expression,
    effect: raw.effect,
    caps: raw.caps ?? {},
    priority: raw.priority ?? 100,
    enabled: raw.enabled ?? true,
    dryRun: raw.dry_run ?? false,
    models: raw.models ?? [],
  };
}

function textsOf(
  key: string,
  raw: RawPolicyRule,
): Pick<DeclaredPolicy, 'name' | 'description' | 'targetModel' | 'message'> {
  return {
    name: raw.name ?? key,
    description: raw.description ?? '',
    targetModel: raw.target_model ?? null,
    message: raw.message ?? null,
  };
}

function roleOf(key: string, raw: RawRole): DeclaredRole {
  return { key, name: raw.name ?? key, description: raw.description ?? null, permissions: raw.permissions };
}
