import { isRecord } from '../../common/json/is-record.js';
import { HONOURED_INCLUDES } from './includes.js';
import type { ResponsesRequest } from './responses.types.js';
import { STATEFUL_PARAMETERS } from './stateless.js';

/** Parameters that reach the model or the answer, or that were refused before. */
const HONOURED: ReadonlySet<string> = new Set([
  ...STATEFUL_PARAMETERS,
  'model',
  'input',
  'instructions',
  'max_output_tokens',
  'temperature',
  'top_p',
  'top_logprobs',
  'presence_penalty',
  'frequency_penalty',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'stream',
  'service_tier',
  'user',
  'prompt_cache_key',
  'metadata',
  'fallbacks',
  // What cannot be stored is named where that is known.
  'store',
]);

/** Names the parts of one parameter that have no effect. */
type Rule = (value: unknown, name: string) => string[];

/** Parameters of which only some values have an effect, or ask for what is the case anyway. */
const RULES: Readonly<Record<string, Rule>> = {
  // Nothing is truncated, so only `disabled` does.
  truncation: (value, name) => (value === 'disabled' ? [] : [name]),
  // Events are never padded.
  stream_options: keysExcept({ include_obfuscation: (value) => value === false }),
  text: keysExcept({ format: () => true }),
  // The whole reasoning is shown as its summary.
  reasoning: keysExcept({
    effort: () => true,
    summary: (value) => value !== 'concise',
    generate_summary: (value) => value !== 'concise',
  }),
  include: (value, name) =>
    Array.isArray(value)
      ? value.flatMap((item, index) => (HONOURED_INCLUDES.has(item) ? [] : [`${name}[${index}]`]))
      : [],
};

/**
 * Paths of the caller's parameters that have no effect at all, so that the answer can name them.
 * What is unknown counts: it is sent to nobody.
 */
export function unsentParameters(request: ResponsesRequest): string[] {
  const unsent: string[] = [];
  for (const [name, value] of Object.entries(request)) {
    if (value === undefined || value === null || HONOURED.has(name)) continue;
    const rule = RULES[name];
    if (rule) unsent.push(...rule(value, name));
    else unsent.push(name);
  }
  return unsent;
}

/** Names the keys of an object that are not honoured, as `text.verbosity`. */
function keysExcept(honoured: Readonly<Record<string, (value: unknown) => boolean>>): Rule {
  return (value, name) => {
    if (!isRecord(value)) return [name];
    return Object.entries(value)
      .filter(([key, member]) => member !== null && !(Object.hasOwn(honoured, key) && honoured[key]?.(member)))
      .map(([key]) => `${name}.${key}`);
  };
}
