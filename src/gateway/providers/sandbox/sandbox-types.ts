import type { ReasoningFormat } from './sandbox-models.js';

/** A chat request that passed the shape check. */
export interface ChatBody {
  model: string;
  messages: ChatMessage[];
  stream?: boolean | null;
  max_completion_tokens?: number | null;
  max_tokens?: number | null;
  min_completion_tokens?: number | null;
  min_tokens?: number | null;
  logprobs?: boolean | null;
  top_logprobs?: number | null;
  n?: number | null;
  seed?: number | null;
  stop?: string | string[] | null;
  tools?: Tool[] | null;
  tool_choice?: 'none' | 'auto' | 'required' | { type: 'function'; function: { name: string } } | null;
  parallel_tool_calls?: boolean | null;
  response_format?: ResponseFormat | null;
  prediction?: { content: string | TextPart[] } | null;
  reasoning_effort?: string | null;
  reasoning_format?: ReasoningFormat;
  disable_reasoning?: boolean | null;
  service_tier?: string | null;
  prompt_cache_key?: string | null;
  model_parameters?: object | null;
}

export interface TextPart {
  type: 'text';
  text: string;
}

export type ContentPart =
  TextPart | { type: 'image_url'; image_url: { url: string } } | { type: 'image'; image: string };

export interface ChatMessage {
  role: 'system' | 'developer' | 'user' | 'assistant' | 'tool';
  content?: string | ContentPart[] | null;
  name?: string | null;
  reasoning?: string | TextPart[] | null;
  tool_calls?: ToolCall[] | null;
  tool_call_id?: string;
}

export interface ToolCall {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
}

export interface Tool {
  type: 'function';
  function: { name: string; description?: string | null; parameters?: object | null; strict?: boolean | null };
}

export type ResponseFormat =
  | { type: 'text' }
  | { type: 'json_object' }
  | { type: 'json_schema'; json_schema: { name: string; schema?: object | null; strict?: boolean | null } };

/** A legacy text completion request that passed the shape check. */
export interface CompletionBody {
  model: string;
  prompt: string | string[] | number[] | number[][];
  stream?: boolean | null;
  max_tokens?: number | null;
  min_tokens?: number | null;
  logprobs?: number | null;
  n?: number | null;
  best_of?: number | null;
  echo?: boolean | null;
  return_raw_tokens?: boolean | null;
  suffix?: string | null;
  seed?: number | null;
  stop?: string | string[] | null;
  prompt_cache_key?: string | null;
  model_parameters?: object | null;
}
