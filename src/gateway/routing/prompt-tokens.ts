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

/** Most answers that one request may ask for here. */
const MAX_CHOICES = 128;

/** How many answers the caller wants. */
export function choicesOf({ n }: Pick<RoutedRequest, 'n'>): number {
  const wanted = asNumber(n) ?? 1;
  return Number.isInteger(wanted) && wanted >= 1 ? Math.min(wanted, MAX_CHOICES) : 1;
}

/** An estimate of all that counts as input: the prompt, what stands before it, and the tools. */
export function inputTokensOf(request: RoutedRequest): number {
  const { system, tools } = request;
  const more = (system === undefined ? 0 : lengthOf(system)) + (tools === undefined ? 0 : textLength(tools));
  return promptTokensOf(request) + Math.ceil(more / CHARACTERS_PER_TOKEN);
}

/** Characters of all names and values of a JSON value. */
function textLength(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (Array.isArray(value)) return value.reduce((total: number, item) => total + textLength(item), 2);
  if (!isRecord(value)) return CHARACTERS_PER_TOKEN;
  let length = 2;
  for (const name in value) length += name.length + 3 + textLength(value[name]);
  return length;
}
