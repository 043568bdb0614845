import type { Permission } from '../../../common/access/access.js';
import type { Secret } from '../secret.js';
import type { CapName, PolicyEffect } from './governance-values.js';
import type { RawBudget, RawKeyTerms, RawPrice, RawRateLimit } from './raw-governance.types.js';

/** What the file declares of the control plane. References between its parts have been checked. */
export interface GovernanceSettings {
  /** Orders different files of the nodes of one database, before the time of their deployment does. */
  readonly revision: number;
  readonly organizations: readonly DeclaredOrganization[];
  /** Of the installation. */
  readonly policies: readonly DeclaredPolicy[];
  readonly roles: readonly DeclaredRole[];
  readonly prices: readonly DeclaredPrice[];
}

/** What has a name in the file; the name is how it is found again when the file changes. */
export interface DeclaredThing {
  /** Its name in the file, unique among its kind in its organisation. */
  readonly key: string;
  readonly name: string;
}

/** Budgets, limits and terms are in the words of the API, which reads them. */
export interface DeclaredLevel extends DeclaredThing {
  readonly budgets: readonly RawBudget[];
  readonly rateLimits: readonly RawRateLimit[];
  readonly policies: readonly DeclaredPolicy[];
}

/** Each list stands after those that it refers to, by their `key`: they can be made in this order. */
export interface DeclaredOrganization extends DeclaredLevel {
  readonly customers: readonly DeclaredLevel[];
  readonly teams: readonly DeclaredTeam[];
  readonly projects: readonly DeclaredProject[];
  readonly users: readonly DeclaredUser[];
  readonly virtualKeys: readonly DeclaredVirtualKey[];
  readonly roles: readonly DeclaredRole[];
  readonly prices: readonly DeclaredPrice[];
}

export interface DeclaredTeam extends DeclaredLevel {
  readonly customer: string | null;
}

export interface DeclaredProject extends DeclaredLevel {
  readonly team: string | null;
  readonly customer: string | null;
}

export interface DeclaredUser extends DeclaredLevel {
  readonly email: string;
}

export interface DeclaredVirtualKey extends DeclaredLevel {
  readonly value: Secret;
  readonly customer: string | null;
  readonly team: string | null;
  readonly project: string | null;
  readonly user: string | null;
  readonly terms: RawKeyTerms;
}

export interface DeclaredPolicy extends DeclaredThing {
  readonly description: string;
  readonly expression: string;
  readonly effect: PolicyEffect;
  readonly targetModel: string | null;
  readonly caps: Readonly<Partial<Record<CapName, number>>>;
  readonly message: string | null;
  readonly priority: number;
  readonly enabled: boolean;
  readonly dryRun: boolean;
  readonly models: readonly string[];
}

export interface DeclaredRole extends DeclaredThing {
  readonly description: string | null;
  readonly permissions: readonly Permission[];
}

export type DeclaredPrice = RawPrice;
