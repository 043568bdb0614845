import { isRecord } from '../../common/json/is-record.js';
import type { PolicyRow } from './policy.entity.js';
import { type CapName, CAPS, type Caps, EFFECTS, type PolicyRule, SCOPES } from './policy.types.js';

type Columns = Pick<PolicyRow, Extract<keyof PolicyRow, keyof PolicyRule>>;

export function toRow(rule: PolicyRule): Columns {
  return { ...rule, caps: JSON.stringify(rule.caps), models: JSON.stringify(rule.models) };
}

export function fromRow(row: PolicyRow): PolicyRule {
  return {
    id: row.id,
    organizationId: row.organizationId ?? null,
    name: row.name,
    description: row.description,
    expression: row.expression,
    effect: oneOf(EFFECTS, row.effect),
    targetModel: row.targetModel ?? null,
    caps: capsOf(JSON.parse(row.caps)),
    message: row.message ?? null,
    scope: oneOf(SCOPES, row.scope),
    scopeId: row.scopeId ?? null,
    priority: row.priority,
    enabled: row.enabled,
    dryRun: row.dryRun,
    models: textsOf(JSON.parse(row.models)),
    managedBy: oneOf(['api', 'file'], row.managedBy),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

function oneOf<T extends string>(values: readonly T[], text: string): T {
  const found = values.find((value) => value === text);
  if (found === undefined) throw new Error(`A stored policy says '${text}' where only ${values.join(', ')} can be`);
  return found;
}

export function capsOf(value: unknown): Caps {
  const caps: Partial<Record<CapName, number>> = {};
  if (!isRecord(value)) return caps;
  for (const name of CAPS) {
    const bound = value[name];
    if (typeof bound === 'number') caps[name] = bound;
  }
  return caps;
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}
