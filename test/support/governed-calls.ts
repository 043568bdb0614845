import type { Answer } from './answer.js';
import type { TestGateway } from './gateway.js';
import { MODELS } from './governed.js';

/** One way to ask for an answer, with the smallest body that is answered. */
export interface Asking {
  readonly name: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Fields that make it a streamed one; none where it cannot be, or where the path says it. */
  readonly streamed?: Readonly<Record<string, unknown>>;
  /** The provider that answers. */
  readonly provider: string;
  readonly envelope: 'openai' | 'anthropic' | 'gemini';
}

const SAY = 'Say: hello';
const USER = [{ role: 'user', content: SAY }];
const CONTENTS = [{ role: 'user', parts: [{ text: SAY }] }];
const STREAM = { stream: true };

/** Each endpoint and dialect whose answer costs tokens. */
export const ASKINGS: readonly Asking[] = [
  {
    name: 'chat',
    path: '/v1/chat/completions',
    body: { model: MODELS.cerebras, messages: USER },
    streamed: STREAM,
    provider: 'cerebras',
    envelope: 'openai',
  },
  {
    name: 'completions',
    path: '/v1/completions',
    body: { model: MODELS.cerebras, prompt: 'The sky is' },
    streamed: STREAM,
    provider: 'cerebras',
    envelope: 'openai',
  },
  {
    name: 'responses, converted',
    path: '/v1/responses',
    body: { model: MODELS.cerebras, input: SAY },
    streamed: STREAM,
    provider: 'cerebras',
    envelope: 'openai',
  },
  {
    name: 'responses, native',
    path: '/v1/responses',
    body: { model: MODELS.openai, input: SAY },
    streamed: STREAM,
    provider: 'openai',
    envelope: 'openai',
  },
  {
    name: 'chat of Anthropic',
    path: '/v1/chat/completions',
    body: { model: MODELS.anthropic, messages: USER, max_completion_tokens: 500 },
    streamed: STREAM,
    provider: 'anthropic',
    envelope: 'openai',
  },
  {
    name: 'chat of Gemini',
    path: '/v1/chat/completions',
    body: { model: MODELS.gemini, messages: USER },
    streamed: STREAM,
    provider: 'gemini',
    envelope: 'openai',
  },
  {
    name: 'messages, relayed',
    path: '/v1/messages',
    body: { model: MODELS.anthropic, max_tokens: 500, messages: USER },
    streamed: STREAM,
    provider: 'anthropic',
    envelope: 'anthropic',
  },
  {
    name: 'messages, converted',
    path: '/v1/messages',
    body: { model: MODELS.cerebras, max_tokens: 500, messages: USER },
    streamed: STREAM,
    provider: 'cerebras',
    envelope: 'anthropic',
  },
  {
    name: 'generateContent, relayed',
    path: '/v1beta/models/gemini-2.5-flash:generateContent',
    body: { contents: CONTENTS },
    provider: 'gemini',
    envelope: 'gemini',
  },
  {
    name: 'streamGenerateContent, relayed',
    path: '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
    body: { contents: CONTENTS },
    provider: 'gemini',
    envelope: 'gemini',
  },
  {
    name: 'generateContent, converted',
    path: '/v1beta/models/gpt-oss-120b:generateContent',
    body: { contents: CONTENTS },
    provider: 'cerebras',
    envelope: 'gemini',
  },
  {
    name: 'streamGenerateContent, converted',
    path: '/v1beta/models/gpt-oss-120b:streamGenerateContent?alt=sse',
    body: { contents: CONTENTS },
    provider: 'cerebras',
    envelope: 'gemini',
  },
  {
    name: 'embeddings',
    path: '/v1/embeddings',
    body: { model: MODELS.embeddings, input: 'hello' },
    provider: 'openai',
    envelope: 'openai',
  },
];

/** One for each dialect of errors. */
export const ENVELOPES: readonly Asking[] = ['chat', 'messages, converted', 'generateContent, converted'].map(
  (name) => ASKINGS.find((asking) => asking.name === name) ?? never(name),
);

export function ask(gateway: TestGateway, asking: Asking, headers: Record<string, string>): Promise<Answer> {
  return gateway.post(asking.path, asking.body, headers);
}

/** An error as all dialects say it. */
export interface SaidError {
  readonly status: number;
  /** OpenAI's `code`, Google's `reason`; Anthropic's errors have a type only. */
  readonly code: string;
  readonly message: string;
}

const ANTHROPIC_TYPES: Readonly<Record<string, string>> = {
  invalid_api_key: 'authentication_error',
  budget_exceeded: 'billing_error',
  rate_limit_exceeded: 'rate_limit_error',
  concurrency_limit_exceeded: 'rate_limit_error',
};

/** What an error's envelope has to say in its dialect. */
export function codeIn(envelope: Asking['envelope'], code: string): string {
  if (envelope === 'anthropic') return ANTHROPIC_TYPES[code] ?? 'permission_error';
  return envelope === 'gemini' ? code.toUpperCase() : code;
}

interface Bodies {
  readonly type?: string;
  readonly error: {
    readonly type?: string;
    readonly code?: unknown;
    readonly message: string;
    readonly details?: ReadonlyArray<{ readonly reason?: string }>;
  };
}

/** @throws Error when the body is not of its dialect */
export function errorOf({ status, text }: Answer, envelope: Asking['envelope']): SaidError {
  const { type, error } = JSON.parse(text) as Bodies;
  const { message } = error;
  if (envelope === 'anthropic') {
    if (type !== 'error') throw new Error(`No error of Anthropic's: ${text}`);
    return { status, code: String(error.type), message };
  }
  if (envelope === 'gemini') {
    if (error.code !== status) throw new Error(`No error of Google's: ${text}`);
    return { status, code: String(error.details?.[0]?.reason), message };
  }
  return { status, code: String(error.code), message };
}

function never(name: string): never {
  throw new Error(`There is no asking ${name}`);
}
