import {
  type Fields,
  ITEM_KINDS,
  type Item,
  keyOf,
  type StoredItem,
  type Value,
  type WantedItem,
} from './item.types.js';

/** Shown in the place of what must not be seen. */
const HIDDEN = '(secret)';
const SECRET_FIELDS: ReadonlySet<string> = new Set(['value']);

/** One field that changes; of something new there is no `before`. */
export interface FieldChange {
  readonly field: string;
  readonly before?: Value;
  readonly after?: Value;
}

/** What happens to one entity. */
export interface EntityChange {
  readonly action: 'create' | 'update' | 'delete';
  readonly kind: string;
  readonly address: string;
  /** null while there is none. */
  readonly id: string | null;
  readonly fields: readonly FieldChange[];
}

/** What has to be done so that the database holds what the file says. */
export interface Plan {
  readonly creates: readonly WantedItem[];
  readonly updates: ReadonlyArray<{ readonly stored: StoredItem; readonly wanted: WantedItem }>;
  readonly deletes: readonly StoredItem[];
}

/** Compares what is stored with what is declared; what is new stands after what it refers to. */
export function planOf(stored: readonly StoredItem[], wanted: readonly WantedItem[]): Plan {
  const before = new Map(stored.map((item) => [keyOf(item), item]));
  const creates: WantedItem[] = [];
  const updates: Array<{ stored: StoredItem; wanted: WantedItem }> = [];
  for (const item of wanted) {
    const found = before.get(keyOf(item));
    before.delete(keyOf(item));
    if (!found) creates.push(item);
    else if (fieldChanges(found.fields, item.fields).length > 0) updates.push({ stored: found, wanted: item });
  }
  return { creates: inOrder(creates), updates, deletes: inOrder([...before.values()]).toReversed() };
}

export function isEmpty({ creates, updates, deletes }: Plan): boolean {
  return creates.length + updates.length + deletes.length === 0;
}

/** A plan as people read it, by address. */
export function changesOf({ creates, updates, deletes }: Plan): EntityChange[] {
  const changes: EntityChange[] = [
    ...creates.map((item) => change('create', item, null, fieldChanges({}, item.fields))),
    ...updates.map(({ stored, wanted }) =>
      change('update', wanted, stored.id, fieldChanges(stored.fields, wanted.fields)),
    ),
    ...deletes.map((item) => change('delete', item, item.id, [])),
  ];
  return changes.toSorted((one, other) => (one.address < other.address ? -1 : 1));
}

function change(
  action: EntityChange['action'],
  item: Item,
  id: string | null,
  fields: readonly FieldChange[],
): EntityChange {
  return { action, kind: item.kind, address: item.address, id, fields: fields.map(hidden) };
}

/** Names of secrets are told, and never what they are. */
function hidden({ field, before, after }: FieldChange): FieldChange {
  const secret = SECRET_FIELDS.has(field);
  return {
    field,
    ...(before !== undefined && { before: secret ? HIDDEN : before }),
    ...(after !== undefined && { after: secret ? HIDDEN : after }),
  };
}

/** The values that something gets, by field; of secrets only that they change. */
export function newValues(before: Fields, after: Fields): Record<string, Value> {
  return Object.fromEntries(
    fieldChanges(before, after)
      .map(hidden)
      .map(({ field, after: value = null }) => [field, value]),
  );
}

function fieldChanges(before: Fields, after: Fields): FieldChange[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((field) => {
    const [one, other] = [before[field], after[field]];
    if (textOf(one) === textOf(other)) return [];
    return [{ field, ...(one !== undefined && { before: one }), ...(other !== undefined && { after: other }) }];
  });
}

/** Equal for equal values: members of objects have one order in all that is compared. */
function textOf(value: Value | undefined): string {
  return value === undefined ? '' : JSON.stringify(sortedKeys(value));
}

function sortedKeys(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map(sortedKeys);
  const names = Object.keys(value).toSorted();
  return Object.fromEntries(names.map((name) => [name, sortedKeys(value[name] ?? null)]));
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function inOrder<T extends Item>(items: readonly T[]): T[] {
  const place = (item: T): number => ITEM_KINDS.indexOf(item.kind);
  return items.toSorted((one, other) => place(one) - place(other));
}
