import { asNumber } from '../../common/json/raw-json.js';
import { isRecord } from '../../common/json/is-record.js';
import type { ChatRequest } from '../openai/chat.types.js';
import type { TextRequest } from '../openai/completion.types.js';
import type { NativeDialect, NativeRequest } from './provider.port.js';
import type { Attempt } from './attempt.js';

/** Upper bounds of parameters, by their names in chat. */
type Caps = Readonly<Record<string, number>>;

/** The names of an answer's bound in OpenAI's dialects; a cap of one is a cap of the others. */
const OUTPUT = ['max_completion_tokens', 'max_tokens', 'max_output_tokens'];

/** The lower of the caller's bound of the answer and the policy's. */
export function cappedOutput(wanted: number | undefined, caps: Caps): number | undefined {
  const bounds = [wanted, outputCap(caps)].filter((bound) => bound !== undefined);
  return bounds.length === 0 ? undefined : Math.min(...bounds);
}

/** The request within the policy's bounds; what was changed is noted. */
export function cappedRequest<R extends ChatRequest | TextRequest>(request: R, attempt: Attempt): R {
  const { caps } = attempt;
  const names = Object.keys(caps);
  if (names.length === 0) return request;
  const changes: Record<string, number> = {};
  lowerOutput(request, outputCap(caps), changes);
  for (const name of names) {
    const cap = caps[name];
    if (!OUTPUT.includes(name) && cap !== undefined) lower(request, name, cap, changes, false);
  }
  for (const name of Object.keys(changes)) attempt.transformed.add(name);
  return Object.keys(changes).length === 0 ? request : { ...request, ...changes };
}

/** A bound where the caller set none stands where OpenAI's endpoint has it. */
function lowerOutput(request: object, bound: number | undefined, changes: Record<string, number>): void {
  if (bound === undefined) return;
  const given = OUTPUT.filter((name) => isSet(request, name));
  const usual = 'messages' in request ? 'max_completion_tokens' : 'max_tokens';
  for (const name of given.length > 0 ? given : [usual]) lower(request, name, bound, changes, true);
}

/** Where each dialect has the parameters that a cap may be about. */
const PLACES: Readonly<Record<NativeDialect, Readonly<Record<string, readonly string[]>>>> = {
  responses: { output: ['max_output_tokens'], temperature: ['temperature'], top_p: ['top_p'] },
  messages: { output: ['max_tokens'], temperature: ['temperature'], top_p: ['top_p'] },
  generate_content: {
    output: ['generationConfig', 'maxOutputTokens'],
    temperature: ['generationConfig', 'temperature'],
    top_p: ['generationConfig', 'topP'],
    n: ['generationConfig', 'candidateCount'],
  },
};

/** The same for a request in its own dialect. */
export function cappedNative(request: NativeRequest, attempt: Attempt): NativeRequest {
  const { caps } = attempt;
  if (Object.keys(caps).length === 0 || request.purpose === 'count_tokens') return request;
  let { body } = request;
  for (const [name, place] of Object.entries(PLACES[request.dialect])) {
    const cap = name === 'output' ? outputCap(caps) : caps[name];
    if (cap !== undefined) body = withBound(body, place, cap, name === 'output', attempt);
  }
  return body === request.body ? request : { ...request, body };
}

function withBound(
  body: Readonly<Record<string, unknown>>,
  [first = '', ...rest]: readonly string[],
  cap: number,
  isOutput: boolean,
  attempt: Attempt,
): Readonly<Record<string, unknown>> {
  if (rest.length > 0) {
    const inner = isRecord(body[first]) ? body[first] : {};
    const bounded = withBound(inner, rest, cap, isOutput, attempt);
    return bounded === inner ? body : { ...body, [first]: bounded };
  }
  const changes: Record<string, number> = {};
  lower(body, first, cap, changes, isOutput);
  if (changes[first] === undefined) return body;
  attempt.transformed.add(first);
  return { ...body, ...changes };
}

function lower(
  request: object,
  name: string,
  cap: number,
  changes: Record<string, number>,
  setsMissing: boolean,
): void {
  const value = valueOf(request, name);
  const given = asNumber(value);
  if (given === undefined ? setsMissing && (value === undefined || value === null) : given > cap) changes[name] = cap;
}

function outputCap(caps: Caps): number | undefined {
  const bounds = OUTPUT.flatMap((name) => caps[name] ?? []);
  return bounds.length === 0 ? undefined : Math.min(...bounds);
}

const isSet = (request: object, name: string): boolean => asNumber(valueOf(request, name)) !== undefined;

function valueOf(request: object, name: string): unknown {
  return isRecord(request) ? request[name] : undefined;
}
