import type { CallContext } from '../../../common/context/call-context.js';
import { isRecord } from '../../../common/json/is-record.js';
import { RequestDraft } from '../../providers/request-draft.js';
import { sealReasoning } from '../encrypted-reasoning.js';

const REASONING = 'reasoning.encrypted_content';

/**
 * Items with what the caller wants added to them when they are read. Only the reasoning's token can be made again; what
 * else was to be included had to be asked for when the response was made, and is named.
 */
export function withIncludes<T extends object>(
  items: readonly T[],
  include: readonly string[],
  call: CallContext,
): T[] {
  const draft = new RequestDraft('chosen', call);
  include.forEach((value, index) => {
    if (value !== REASONING) draft.filter(`include[${index}]`);
  });
  return include.includes(REASONING) ? items.map(sealed) : [...items];
}

function sealed<T extends object>(item: T): T {
  if (!isRecord(item) || item.type !== 'reasoning' || item.encrypted_content != null || !Array.isArray(item.summary))
    return item;
  const texts = item.summary.map((part: unknown) => (isRecord(part) && typeof part.text === 'string' ? part.text : ''));
  return { ...item, encrypted_content: sealReasoning(texts.join('\n\n')) };
}
