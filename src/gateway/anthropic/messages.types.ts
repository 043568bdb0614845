/**
 * Anthropic's Messages wire JSON (https://docs.anthropic.com/en/api/messages), as far as the gateway reads or writes it.
 * Unknown keys are kept; what becomes of them is said where a request is converted.
 */
export interface MessagesRequest {
  model: string;
  max_tokens: number;
  messages: InputMessage[];
  system?: string | TextBlock[] | null;
  stop_sequences?: string[] | null;
  stream?: boolean | null;
  temperature?: number | null;
  top_p?: number | null;
  top_k?: number | null;
  tools?: ToolDefinition[] | null;
  tool_choice?: ToolChoice | null;
  thinking?: Thinking | null;
  output_config?: OutputConfig | null;
  metadata?: { user_id?: string | null; [key: string]: unknown } | null;
  service_tier?: string | null;
  /** Routes to ask when those of `model` cannot answer (Asbru's own). */
  fallbacks?: string[] | null;
  [key: string]: unknown;
}

export interface InputMessage {
  role: 'user' | 'assistant' | 'system';
  content: string | InputBlock[];
}

/** A block of a request's message. Blocks of other types exist (server tools, search results): `type` tells them. */
export interface InputBlock {
  type: string;
  [key: string]: unknown;
}

export interface TextBlock {
  type: 'text';
  text: string;
  [key: string]: unknown;
}

export interface ImageSource {
  type: 'base64' | 'url' | 'file';
  media_type?: string;
  data?: string;
  url?: string;
  file_id?: string;
}

export interface ToolDefinition {
  name: string;
  /** Absent or `custom` for a tool of the caller's; dated names are Anthropic's own server tools. */
  type?: string;
  description?: string;
  input_schema?: unknown;
  strict?: boolean;
  [key: string]: unknown;
}

export interface ToolChoice {
  type: 'auto' | 'any' | 'tool' | 'none';
  name?: string;
  disable_parallel_tool_use?: boolean;
}

export interface Thinking {
  type: 'enabled' | 'adaptive' | 'between_tools' | 'disabled';
  budget_tokens?: number;
  display?: string;
}

export interface OutputConfig {
  effort?: string | null;
  format?: { type: 'json_schema'; schema: unknown } | null;
}

export type StopReason =
  'end_turn' | 'max_tokens' | 'stop_sequence' | 'tool_use' | 'pause_turn' | 'refusal' | 'model_context_window_exceeded';

/** Token counts. `input_tokens` are those that no cache held; the three of the prompt add up to all of it. */
export interface MessagesUsage {
  input_tokens: number;
  cache_creation_input_tokens?: number | null;
  cache_read_input_tokens?: number | null;
  output_tokens: number;
  output_tokens_details?: { thinking_tokens?: number } | null;
  [key: string]: unknown;
}

export type OutputBlock =
  | { type: 'text'; text: string; [key: string]: unknown }
  | { type: 'thinking'; thinking: string; signature: string }
  | { type: 'redacted_thinking'; data: string }
  | { type: 'tool_use'; id: string; name: string; input: unknown };

/** A whole answer. */
export interface Message {
  id: string;
  type: 'message';
  role: 'assistant';
  model: string;
  content: OutputBlock[];
  stop_reason: StopReason | null;
  stop_sequence: string | null;
  usage: MessagesUsage;
}

export type BlockDelta =
  | { type: 'text_delta'; text: string }
  | { type: 'thinking_delta'; thinking: string }
  | { type: 'signature_delta'; signature: string }
  | { type: 'input_json_delta'; partial_json: string };

/** An event of a streamed answer; its SSE `event` is its `type`. */
export type MessagesEvent =
  | { type: 'message_start'; message: Message }
  | { type: 'ping' }
  | { type: 'content_block_start'; index: number; content_block: OutputBlock }
  | { type: 'content_block_delta'; index: number; delta: BlockDelta }
  | { type: 'content_block_stop'; index: number }
  | {
      type: 'message_delta';
      delta: { stop_reason: StopReason | null; stop_sequence: string | null };
      usage: MessagesUsage;
    }
  | { type: 'message_stop' };
