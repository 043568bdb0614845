import type { Level } from '../contract/level.types.js';
import { budgetInput } from '../tenancy/budget-row.js';
import { readTerms } from '../tenancy/key-terms.js';
import { limitInput } from '../tenancy/limit-row.js';
import type { BudgetColumns, Fields, LimitColumns, PolicyColumns, RoleColumns, Value } from './item.types.js';

type Loose<T> = { readonly [K in keyof T]: T[K] | undefined };

/** The columns of a level that the file can say something about; each kind has some of them. */
export interface LevelColumns {
  readonly name: string;
  readonly email?: string;
  readonly status?: string;
  readonly expiresAt?: Date | null;
  readonly terms?: string;
}

/** Names of the references of a level, as the file has them, by its columns. */
export type References = Readonly<Partial<Record<'customer' | 'team' | 'project' | 'user', string | null>>>;

export function levelFields(level: Level, columns: LevelColumns, references: References): Fields {
  const fields: Record<string, Value> = { name: columns.name, ...references };
  if (level === 'user') fields['email'] = columns.email ?? null;
  if (level !== 'virtual_key') return fields;
  return {
    ...fields,
    disabled: columns.status === 'disabled',
    expires_at: columns.expiresAt?.toISOString() ?? null,
    ...plain(readTerms(columns.terms ?? '{}')),
  };
}

export function budgetFields(columns: BudgetColumns): Fields {
  return plain(budgetInput(columns));
}

export function limitFields(columns: LimitColumns): Fields {
  return plain(limitInput(columns));
}

export function policyFields(columns: Loose<PolicyColumns>): Fields {
  return plain({
    name: columns.name,
    description: columns.description,
    expression: columns.expression,
    effect: columns.effect,
    target_model: columns.targetModel ?? null,
    caps: JSON.parse(columns.caps ?? '{}'),
    message: columns.message ?? null,
    priority: columns.priority,
    enabled: columns.enabled,
    dry_run: columns.dryRun,
    models: JSON.parse(columns.models ?? '[]'),
  });
}

export function roleFields(columns: Loose<RoleColumns>): Fields {
  return plain({
    name: columns.name,
    description: columns.description ?? null,
    permissions: JSON.parse(columns.permissions ?? '[]'),
  });
}

/** What JSON holds of it. */
function plain(value: object): Fields {
  return JSON.parse(JSON.stringify(value));
}
