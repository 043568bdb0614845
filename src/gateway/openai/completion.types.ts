import type { FinishReason, Usage } from './chat.types.js';

/** OpenAI's legacy text completion request: https://platform.openai.com/docs/api-reference/completions. */
export interface TextRequest {
  model: string;
  prompt: string | string[] | number[] | number[][];
  stream?: boolean | null;
  stream_options?: { include_usage?: boolean | null; [key: string]: unknown } | null;
  max_tokens?: number | null;
  user?: string | null;
  stop?: string | string[] | null;
  n?: number | null;
  /** Routes to ask when those of `model` cannot answer (Asbru's own). */
  fallbacks?: string[] | null;
  [key: string]: unknown;
}

export interface TextChoice {
  index: number;
  text: string;
  logprobs: Record<string, unknown> | null;
  finish_reason: FinishReason | null;
  [key: string]: unknown;
}

/** A whole text completion, or one chunk of a streamed one: OpenAI uses one shape for both. */
export interface TextCompletion {
  id: string;
  object: 'text_completion';
  created: number;
  model: string;
  choices: TextChoice[];
  usage?: Usage | null;
  system_fingerprint?: string;
  [key: string]: unknown;
}
