/** A Messages request that passed the shape check. */
export interface MessagesBody {
  model: string;
  max_tokens?: number;
  messages: Turn[];
  system?: string | Block[];
  stream?: boolean;
  stop_sequences?: string[];
  temperature?: number;
  top_p?: number;
  tools?: ToolParam[];
  tool_choice?: { type: 'auto' | 'any' | 'tool' | 'none'; name?: string; disable_parallel_tool_use?: boolean };
  thinking?: { type: 'enabled' | 'adaptive' | 'disabled'; budget_tokens?: number; display?: 'summarized' | 'omitted' };
  output_config?: { effort?: string; format?: { type: 'json_schema'; schema: object } };
  cache_control?: object;
}

export interface Turn {
  role: 'user' | 'assistant' | 'system';
  content: string | Block[];
}

/** Any block of a request; which members it has, its `type` says. */
export interface Block {
  type: string;
  text?: string;
  thinking?: string;
  signature?: string;
  data?: string;
  id?: string;
  name?: string;
  input?: unknown;
  tool_use_id?: string;
  content?: string | Block[];
  is_error?: boolean;
  source?: { type: string; media_type?: string; data?: string; url?: string };
  cache_control?: { type: 'ephemeral'; ttl?: string };
}

export interface ToolParam {
  type?: string;
  name: string;
  description?: string;
  input_schema?: object;
  cache_control?: object;
}
