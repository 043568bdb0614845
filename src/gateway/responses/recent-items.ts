import { isRecord } from '../../common/json/is-record.js';
import type { OutputItem } from './response-object.types.js';
import type { InputItem, ResponsesRequest } from './responses.types.js';

const MAX_ITEMS = 10_000;
/** Characters of text and arguments that are kept at most, over all items. */
const MAX_LENGTH = 32 * 1024 * 1024;
const MAX_AGE_MS = 60 * 60 * 1000;

interface Kept {
  item: OutputItem;
  length: number;
  until: number;
}

/**
 * The output items of recent answers, by id, in this process's memory only. The Vercel AI SDK sends the items of
 * earlier steps as `item_reference` unless told `store: false`; this lets its tool loops run. An id is 192 random
 * bits, so only who got the answer can name it. Nothing is kept of requests with `store: false`.
 */
export class RecentItems {
  private readonly kept = new Map<string, Kept>();
  private length = 0;

  remember(items: readonly OutputItem[]): void {
    const until = Date.now() + MAX_AGE_MS;
    for (const item of items) {
      const length = JSON.stringify(item).length;
      this.kept.set(item.id, { item, length, until });
      this.length += length;
    }
    // A Map keeps the order of insertion: the first is the oldest.
    for (const [id, { length }] of this.kept) {
      if (this.kept.size <= MAX_ITEMS && this.length <= MAX_LENGTH) break;
      this.kept.delete(id);
      this.length -= length;
    }
  }

  /** The request with the references to known items replaced by the items; unknown ones stay, to be refused. */
  resolve<T extends Pick<ResponsesRequest, 'input'>>(request: T): T {
    const { input } = request;
    if (!Array.isArray(input) || !input.some(isReference)) return request;
    return { ...request, input: input.map((item) => (isReference(item) ? this.find(item) : item)) };
  }

  private find(reference: InputItem): InputItem {
    const kept = typeof reference.id === 'string' ? this.kept.get(reference.id) : undefined;
    return kept && kept.until > Date.now() ? { ...kept.item } : reference;
  }
}

/** The type of a reference may be left out: then it is an id and nothing else. */
function isReference(item: unknown): boolean {
  if (!isRecord(item) || typeof item.id !== 'string') return false;
  return (
    item.type === 'item_reference' ||
    (item.type == null && Object.keys(item).every((key) => key === 'id' || key === 'type'))
  );
}
