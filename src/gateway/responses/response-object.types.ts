import type { ResponsesToolChoice } from './responses.types.js';

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

export interface OutputLogprob {
  token: string;
  logprob: number;
  bytes: number[];
  top_logprobs: Array<{ token: string; logprob: number; bytes: number[] }>;
}

export interface OutputText {
  type: 'output_text';
  text: string;
  annotations: never[];
  logprobs: OutputLogprob[];
}

export interface OutputRefusal {
  type: 'refusal';
  refusal: string;
}

export type OutputContent = OutputText | OutputRefusal;

export interface OutputMessage {
  type: 'message';
  id: string;
  status: ItemStatus;
  role: 'assistant';
  content: OutputContent[];
}

export interface OutputFunctionCall {
  type: 'function_call';
  id: string;
  /** The upstream's own id of the call, which the caller's `function_call_output` names. */
  call_id: string;
  name: string;
  /** The model's JSON text as it came, complete or not. */
  arguments: string;
  status: ItemStatus;
}

export interface SummaryText {
  type: 'summary_text';
  text: string;
}

export interface OutputReasoning {
  type: 'reasoning';
  id: string;
  summary: SummaryText[];
  encrypted_content?: string;
  /** Only there when the answer was cut off inside the reasoning. */
  status?: 'incomplete';
}

export type OutputItem = OutputMessage | OutputFunctionCall | OutputReasoning;

export interface ResponseUsage {
  input_tokens: number;
  input_tokens_details: { cached_tokens: number; cache_write_tokens: number };
  output_tokens: number;
  output_tokens_details: { reasoning_tokens: number };
  total_tokens: number;
}

export type ResponseStatus = 'queued' | 'in_progress' | 'completed' | 'incomplete' | 'failed' | 'cancelled';

/** A function tool as the answer repeats it: every key is there. */
export interface EchoedTool {
  type: 'function';
  name: string;
  description: string | null;
  parameters: unknown;
  strict: boolean;
}

export type EchoedFormat =
  | { type: 'text' }
  | { type: 'json_object' }
  | { type: 'json_schema'; name: string; description: string | null; schema: unknown; strict: boolean };

/**
 * A whole answer. Every key is always there: Open Responses' own schema rejects an answer that lacks one
 * (https://www.openresponses.org/specification).
 */
export interface ResponseObject {
  id: string;
  object: 'response';
  created_at: number;
  completed_at: number | null;
  status: ResponseStatus;
  background: boolean;
  error: { code: string; message: string } | null;
  incomplete_details: { reason: 'max_output_tokens' | 'content_filter' } | null;
  instructions: string | null;
  max_output_tokens: number | null;
  max_tool_calls: number | null;
  model: string;
  output: OutputItem[];
  parallel_tool_calls: boolean;
  previous_response_id: string | null;
  prompt_cache_key: string | null;
  reasoning: { effort: string | null; summary: string | null };
  safety_identifier: string | null;
  service_tier: string;
  /** Whether it can be retrieved and continued. */
  store: boolean;
  temperature: number;
  text: { format: EchoedFormat; verbosity?: string };
  tool_choice: ResponsesToolChoice;
  tools: EchoedTool[];
  top_logprobs: number;
  top_p: number;
  presence_penalty: number;
  frequency_penalty: number;
  truncation: 'disabled';
  usage: ResponseUsage | null;
  user: string | null;
  metadata: Record<string, string>;
}
