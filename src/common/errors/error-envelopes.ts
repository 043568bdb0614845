import type { Dialect } from '../http/base-paths.js';
import type { ErrorEnvelope } from './error-envelope.types.js';
import { anthropicEnvelope } from './anthropic-envelope.js';
import { geminiEnvelope } from './gemini-envelope.js';
import type { GatewayError } from './gateway-error.js';

const ENVELOPES: Readonly<Record<Dialect, (error: GatewayError, requestId: string) => ErrorEnvelope>> = {
  openai: (error) => ({ status: error.status, headers: error.headers, body: error.toBody() }),
  anthropic: anthropicEnvelope,
  gemini: geminiEnvelope,
};

/** The whole answer of a failed request: the HTTP status, headers and body that the dialect's clients expect. */
export function toEnvelope(dialect: Dialect, error: GatewayError, requestId: string): ErrorEnvelope {
  return ENVELOPES[dialect](error, requestId);
}
