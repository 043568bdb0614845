import { asNumber } from '../../common/json/raw-json.js';
import { isRecord } from '../../common/json/is-record.js';
import type { RoutedRequest } from './inference-router.port.js';

/** English in JSON has about four characters for a token. */
const CHARACTERS_PER_TOKEN = 4;

/** A rough count of a prompt's tokens, to compare latencies of short and long prompts. Cheap: nothing is serialised. */
export function promptTokensOf(request: Pick<RoutedRequest, 'messages' | 'prompt'>): number {
  return Math.ceil(lengthOf(request.messages ?? request.prompt) / CHARACTERS_PER_TOKEN);
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (Array.isArray(value)) return sum(value);
  if (!isRecord(value)) return CHARACTERS_PER_TOKEN;
  return lengthOf(value.content ?? value.text ?? '');
}

function sum(items: readonly unknown[]): number {
  let total = 0;
  for (const item of items) total += lengthOf(item);
  return total;
}

/** The caller's limit of the answer's tokens, if he set one. */
export function maxTokensOf(request: Pick<RoutedRequest, 'max_completion_tokens' | 'max_tokens'>): number | undefined {
  return asNumber(request.max_completion_tokens) ?? asNumber(request.max_tokens);
}
