import { echoTools } from './function-tools.js';
import type { ResponseObject } from './response-object.types.js';
import type { ResponsesRequest } from './responses.types.js';
import { echoText } from './text-format.js';

/** What an answer takes from the upstream's: a whole completion or any chunk of a streamed one. */
export interface Origin {
  created: number;
  model: string;
  /** The tier that served the answer, where the upstream tells. */
  service_tier?: unknown;
}

/**
 * The answer as it stands before any output. The caller's values are repeated where they were in force; of `store`
 * the request holds what is the case, and nothing is ever truncated.
 */
export function responseBase(id: string, origin: Origin, request: ResponsesRequest): ResponseObject {
  return {
    id,
    object: 'response',
    created_at: origin.created,
    completed_at: null,
    status: 'in_progress',
    background: request.background === true,
    error: null,
    incomplete_details: null,
    instructions: orNull(request.instructions),
    max_output_tokens: orNull(request.max_output_tokens),
    max_tool_calls: orNull(request.max_tool_calls),
    model: origin.model,
    output: [],
    parallel_tool_calls: orElse(request.parallel_tool_calls, true),
    previous_response_id: orNull(request.previous_response_id),
    prompt_cache_key: orNull(request.prompt_cache_key),
    reasoning: echoReasoning(request),
    safety_identifier: orNull(request.safety_identifier),
    service_tier: typeof origin.service_tier === 'string' ? origin.service_tier : 'default',
    store: request.store === true,
    temperature: orElse(request.temperature, 1),
    text: echoText(request),
    tool_choice: orElse(request.tool_choice, 'auto'),
    tools: echoTools(request),
    top_logprobs: orElse(request.top_logprobs, 0),
    top_p: orElse(request.top_p, 1),
    presence_penalty: orElse(request.presence_penalty, 0),
    frequency_penalty: orElse(request.frequency_penalty, 0),
    truncation: 'disabled',
    usage: null,
    user: orNull(request.user),
    metadata: orElse(request.metadata, {}),
  };
}

function echoReasoning({ reasoning }: ResponsesRequest): ResponseObject['reasoning'] {
  return { effort: reasoning?.effort ?? null, summary: reasoning?.summary ?? reasoning?.generate_summary ?? null };
}

function orNull<T>(value: T | null | undefined): T | null {
  return value ?? null;
}

function orElse<T>(value: T | null | undefined, fallback: NonNullable<T>): NonNullable<T> {
  return value ?? fallback;
}
