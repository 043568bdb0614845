import { isRecord } from '../../../common/json/is-record.js';
import type { ResponseIds } from '../response-ids.js';
import type { InputItem, ResponsesRequest } from '../responses.types.js';

/** The request's `input` as items. */
export function inputItemsOf({ input }: Pick<ResponsesRequest, 'input'>): InputItem[] {
  if (typeof input !== 'string') return input ?? [];
  return [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: input }] }];
}

/** The items with what a list of them shows: each has a type, an id, and its content as parts. */
export function named(items: readonly InputItem[], ids: ResponseIds): InputItem[] {
  return items.map((item) => {
    const type = item.type ?? 'message';
    const id = typeof item.id === 'string' && item.id !== '' ? item.id : ids.item(type);
    return type === 'message' ? namedMessage(item, id) : { ...item, type, id };
  });
}

function namedMessage(item: InputItem, id: string): InputItem {
  const { content, role } = item;
  const parts =
    typeof content === 'string'
      ? [{ type: role === 'assistant' ? 'output_text' : 'input_text', text: content }]
      : content;
  return { ...item, type: 'message', id, status: item.status ?? 'completed', content: parts };
}

/** The type of a reference may be left out: then it is an id and nothing else. */
export function isReference(item: unknown): item is InputItem & { id: string } {
  if (!isRecord(item) || typeof item.id !== 'string') return false;
  return (
    item.type === 'item_reference' ||
    (item.type == null && Object.keys(item).every((key) => key === 'id' || key === 'type'))
  );
}
