import { invalid } from '../../common/validation/invalid.js';
import { asNumber } from '../../common/json/raw-json.js';
import { emptyArray, missing, wrongType } from '../../common/validation/violations.js';
import type { ChatMessage, ChatRequest } from '../openai/chat.types.js';
import type { HostedToolPolicy } from './hosted-tools.js';
import { wantsLogprobs } from './includes.js';
import { inputMessages } from './input-items.js';
import type { ResponsesRequest } from './responses.types.js';
import { refuseLowLimit, refuseStateful } from './stateless.js';
import { responseFormat } from './text-format.js';
import { toolParameters } from './tool-choice.js';
import { unsentParameters } from './unsent.js';

export interface ToChatOptions {
  /** What becomes of tools that are not functions; `refuse` unless said otherwise. */
  hostedTools?: HostedToolPolicy;
  /** Whether what refers to stored responses has been replaced by what they hold; else it is refused. */
  resolved?: boolean;
}

export interface ToChat {
  chat: ChatRequest;
  /** Paths of the caller's parameters that have no effect; metadata and the like, which the answer repeats, are not in it. */
  unsent: string[];
}

/** Parameters that have the same name and meaning in both APIs. */
const SHARED = [
  'temperature',
  'top_p',
  'presence_penalty',
  'frequency_penalty',
  'user',
  'prompt_cache_key',
  'service_tier',
  'stream',
  'fallbacks',
] as const satisfies ReadonlyArray<keyof ResponsesRequest>;

/** The chat request that a Responses request means; what cannot be meant in chat is a 400 GatewayError. */
export function toChat(request: ResponsesRequest, options: ToChatOptions = {}): ToChat {
  refuseStateful(request, options.resolved ?? false);
  refuseLowLimit(request);
  const { parameters, dropped } = toolParameters(request, options.hostedTools ?? 'refuse');
  const chat: ChatRequest = { model: request.model, messages: messages(request), ...parameters };
  addShared(request, chat);
  addRenamed(request, chat);
  return { chat, unsent: [...unsentParameters(request), ...dropped] };
}

function messages({ instructions, input }: ResponsesRequest): ChatMessage[] {
  const list: ChatMessage[] = [];
  if (instructions) list.push({ role: 'system', content: instructions });
  if (input === undefined || input === null) throw invalid(missing('input'));
  if (typeof input === 'string') list.push({ role: 'user', content: input });
  else if (Array.isArray(input)) list.push(...inputMessages(input));
  else throw invalid(wrongType('input', 'a string or an array of items', input));
  if (list.length === 0) throw invalid(emptyArray('input'));
  return list;
}

function addShared(request: ResponsesRequest, chat: Record<string, unknown>): void {
  for (const name of SHARED) {
    const value = request[name];
    if (value !== undefined && value !== null) chat[name] = value;
  }
}

function addRenamed(request: ResponsesRequest, chat: ChatRequest): void {
  const format = responseFormat(request);
  if (format) chat.response_format = format;
  const limit = request.max_output_tokens;
  if (limit !== undefined && limit !== null) chat.max_completion_tokens = limit;
  const effort = request.reasoning?.effort;
  if (effort !== undefined && effort !== null) chat.reasoning_effort = effort;
  addLogprobs(request, chat);
}

/** A `top_logprobs` of 0 is the default of clients that want none, and some upstreams refuse `logprobs` altogether. */
function addLogprobs(request: ResponsesRequest, chat: ChatRequest): void {
  const alternatives = (asNumber(request.top_logprobs) ?? 0) > 0;
  if (alternatives) chat.top_logprobs = request.top_logprobs;
  if (alternatives || wantsLogprobs(request)) chat.logprobs = true;
}
