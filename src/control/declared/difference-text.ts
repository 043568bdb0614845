import type { EntityChange, FieldChange } from './difference.js';
import type { Value } from './item.types.js';

const SIGNS = { create: '+', update: '~', delete: '-' } as const;
const LONGEST = 100;

/** A difference as people read it; the last line counts. */
export function differenceText(changes: readonly EntityChange[]): string {
  if (changes.length === 0) return 'No difference: the database holds what the file says.\n';
  const lines = changes.flatMap((change) => [lineOf(change), ...change.fields.map(fieldText)]);
  return `${[...lines, '', countText(changes)].join('\n')}\n`;
}

function lineOf({ action, kind, address }: EntityChange): string {
  // A key is never deleted: what it used stays its own.
  const end = action === 'delete' && kind === 'virtual_key' ? ' (revoked)' : '';
  return `${SIGNS[action]} ${kind} ${address}${end}`;
}

function fieldText({ field, before, after }: FieldChange): string {
  if (before === undefined) return `    ${field}: ${valueText(after)}`;
  return `    ${field}: ${valueText(before)} → ${valueText(after)}`;
}

function valueText(value: Value | undefined): string {
  const text = value === undefined ? 'none' : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

function countText(changes: readonly EntityChange[]): string {
  const count = (action: EntityChange['action']): number => changes.filter((one) => one.action === action).length;
  return `${count('create')} to create, ${count('update')} to change, ${count('delete')} to remove`;
}
