/**
 * The request of OpenAI's Responses API as it stands on the wire
 * (https://platform.openai.com/docs/api-reference/responses/create).
 * Every optional field may be `null`, which means the same as leaving it out.
 */
export interface ResponsesRequest {
  model: string;
  input?: string | InputItem[] | null;
  instructions?: string | null;
  max_output_tokens?: number | null;
  max_tool_calls?: number | null;
  temperature?: number | null;
  top_p?: number | null;
  top_logprobs?: number | null;
  presence_penalty?: number | null;
  frequency_penalty?: number | null;
  tools?: ResponsesTool[] | null;
  tool_choice?: ResponsesToolChoice | null;
  parallel_tool_calls?: boolean | null;
  text?: TextOptions | null;
  reasoning?: ReasoningOptions | null;
  include?: string[] | null;
  store?: boolean | null;
  stream?: boolean | null;
  stream_options?: StreamOptions | null;
  previous_response_id?: string | null;
  conversation?: unknown;
  prompt?: unknown;
  background?: boolean | null;
  truncation?: string | null;
  metadata?: Record<string, string> | null;
  service_tier?: string | null;
  user?: string | null;
  safety_identifier?: string | null;
  prompt_cache_key?: string | null;
  prompt_cache_retention?: string | null;
  /** Routes to ask when those of `model` cannot answer (Asbru's own). */
  fallbacks?: string[] | null;
}

/**
 * One item of `input`: an output item of an earlier answer, a tool's result, or a message.
 * Clients replay whole output items of many origins, so only the keys that the conversion reads are looked at.
 */
export type InputItem = Readonly<Record<string, unknown>>;

/** A tool as the caller offers it; only `type: "function"` can be served by a chat upstream. */
export interface ResponsesTool {
  type: string;
  name?: string;
  description?: string | null;
  parameters?: unknown;
  strict?: boolean | null;
  [key: string]: unknown;
}

export type ResponsesToolChoice = string | { type: string; [key: string]: unknown };

export interface TextOptions {
  format?: TextFormat | null;
  verbosity?: string | null;
}

/** How the answer's text is shaped; `name`, `schema`, `strict` and `description` belong to `json_schema`. */
export interface TextFormat {
  type: string;
  name?: string;
  schema?: unknown;
  strict?: boolean | null;
  description?: string | null;
}

export interface ReasoningOptions {
  effort?: string | null;
  summary?: string | null;
  generate_summary?: string | null;
}

export interface StreamOptions {
  include_obfuscation?: boolean | null;
}
