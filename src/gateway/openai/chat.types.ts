/**
 * The canonical form of a request inside the gateway: OpenAI's chat wire JSON
 * (https://platform.openai.com/docs/api-reference/chat), with the extensions that Cerebras has.
 * Unknown keys are kept: what becomes of them is decided by the provider's parameter table.
 */
export interface ChatRequest {
  model: string;
  messages: ChatMessage[];
  stream?: boolean | null;
  stream_options?: { include_usage?: boolean | null; [key: string]: unknown } | null;
  max_tokens?: number | null;
  max_completion_tokens?: number | null;
  tools?: ChatTool[] | null;
  tool_choice?: ChatToolChoice | null;
  response_format?: ResponseFormat | null;
  reasoning_effort?: string | null;
  user?: string | null;
  stop?: string | string[] | null;
  n?: number | null;
  /** Routes to ask when those of `model` cannot answer (Asbru's own). */
  fallbacks?: string[] | null;
  [key: string]: unknown;
}

export type ChatRole = 'developer' | 'system' | 'user' | 'assistant' | 'tool' | 'function';

export interface ChatMessage {
  role: ChatRole;
  content?: string | ContentPart[] | null;
  name?: string;
  /** Assistant only: what the model called. */
  tool_calls?: ChatToolCall[] | null;
  /** Tool only: which call is answered. */
  tool_call_id?: string;
  /** Assistant only: the reasoning of an earlier turn; `reasoning_content` is accepted as an alias. */
  reasoning?: string | null;
  [key: string]: unknown;
}

export interface ContentPart {
  type: string;
  text?: string;
  image_url?: { url: string; detail?: string };
  refusal?: string;
  [key: string]: unknown;
}

export interface ChatToolCall {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
  [key: string]: unknown;
}

export interface ChatTool {
  type: string;
  function?: { name: string; description?: string; parameters?: unknown; strict?: boolean | null };
  [key: string]: unknown;
}

export type ChatToolChoice = string | { type: string; [key: string]: unknown };

export type ResponseFormat =
  | { type: 'text' }
  | { type: 'json_object' }
  | {
      type: 'json_schema';
      json_schema: { name: string; description?: string; schema?: unknown; strict?: boolean | null };
    };

export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'function_call';

/** Token counts of one answer; the details are there when the upstream gave them. Never invented. */
export interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  prompt_tokens_details?: { cached_tokens?: number; [key: string]: unknown };
  completion_tokens_details?: { reasoning_tokens?: number; [key: string]: unknown };
  [key: string]: unknown;
}

export interface TokenLogprob {
  token: string;
  logprob: number;
  bytes?: number[] | null;
  top_logprobs: Array<{ token: string; logprob: number; bytes?: number[] | null }>;
}

export interface ChatLogprobs {
  content: TokenLogprob[] | null;
  refusal: TokenLogprob[] | null;
}

export interface AssistantMessage {
  role: 'assistant';
  content: string | null;
  refusal: string | null;
  /** Cerebras' name; `reasoning_content` always holds the same text. Absent when the model did not reason. */
  reasoning?: string;
  reasoning_content?: string;
  tool_calls?: ChatToolCall[];
  function_call?: { name: string; arguments: string };
  [key: string]: unknown;
}

export interface ChatChoice {
  index: number;
  message: AssistantMessage;
  logprobs: ChatLogprobs | null;
  finish_reason: FinishReason;
}

/** A whole answer, normalised to OpenAI's contract by the provider. */
export interface ChatCompletion {
  id: string;
  object: 'chat.completion';
  created: number;
  model: string;
  choices: ChatChoice[];
  usage?: Usage;
  system_fingerprint?: string;
  [key: string]: unknown;
}

export interface ToolCallDelta {
  index: number;
  id?: string;
  type?: 'function';
  function: { name?: string; arguments?: string };
  /** What a vendor wants back with the call: Gemini's signature of its thoughts. */
  extra_content?: Record<string, unknown>;
}

export interface ChatDelta {
  role?: 'assistant';
  content?: string | null;
  refusal?: string | null;
  reasoning?: string;
  reasoning_content?: string;
  tool_calls?: ToolCallDelta[];
  function_call?: { name?: string; arguments?: string };
  [key: string]: unknown;
}

export interface ChunkChoice {
  index: number;
  delta: ChatDelta;
  logprobs?: ChatLogprobs | null;
  finish_reason: FinishReason | null;
}

/**
 * One piece of a streamed answer, normalised by the provider. The guarantees of a stream that a provider emits:
 * - `id`, `created` and `model` are the same in all chunks;
 * - each choice's first delta carries `role: 'assistant'`;
 * - the first delta of a tool call carries `index`, `id`, `type` and `function.name` (`arguments` at least `''`), ids are unique;
 * - each choice has exactly one chunk with a `finish_reason`;
 * - `usage`, when the upstream gave it, is on exactly one chunk: the last one, which may have `choices: []`;
 * - the Observable completes only after every choice has finished; every other end is an error notification.
 */
export interface ChatChunk {
  id: string;
  object: 'chat.completion.chunk';
  created: number;
  model: string;
  choices: ChunkChoice[];
  usage?: Usage | null;
  system_fingerprint?: string;
  [key: string]: unknown;
}
