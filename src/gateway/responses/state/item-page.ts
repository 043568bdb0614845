import { GatewayError } from '../../../common/errors/gateway-error.js';
import type { ItemListDto } from '../dto/stored-response.dto.js';
import type { ItemPageQuery } from '../dto/stored-response.query.js';
import type { InputItem } from '../responses.types.js';

/** One page of items, whose order of time is given. */
export function pageOf(items: readonly InputItem[], { limit, order, after }: ItemPageQuery): ItemListDto {
  const ordered = order === 'asc' ? items : items.toReversed();
  const begin = after === undefined ? 0 : indexOf(ordered, after) + 1;
  const data = ordered.slice(begin, begin + limit);
  return {
    object: 'list',
    data,
    first_id: idOf(data[0]),
    last_id: idOf(data.at(-1)),
    has_more: begin + data.length < ordered.length,
  };
}

function indexOf(items: readonly InputItem[], id: string): number {
  const index = items.findIndex((item) => item.id === id);
  if (index !== -1) return index;
  throw new GatewayError('invalid_value', `Invalid 'after': the response has no input item with the id '${id}'.`, {
    param: 'after',
  });
}

function idOf(item: InputItem | undefined): string | null {
  return typeof item?.id === 'string' ? item.id : null;
}
