import { GatewayError } from '../../../common/errors/gateway-error.js';
import { isRecord } from '../../../common/json/is-record.js';
import type { SseEvent } from '../../../common/sse/sse-parser.js';
import type { Usage } from '../../openai/chat.types.js';
import type { StreamInspector, WholeInspection } from '../relay/relay-inspector.js';
import { readEvent, renamed } from './event-reader.js';
import { readUsage } from './usage.js';

/** How the caller's answer names things. */
export interface RelayNames {
  readonly provider: string;
  /** What `modelVersion` says instead of the upstream's own name. */
  readonly answerModel?: string;
}

/** Reads a relayed stream. Gemini's streams have no end mark: they end where the body ends, behind a finish reason. */
export class GeminiInspector implements StreamInspector {
  hasBegun = false;
  readonly isFinished = false;
  mayEnd = false;
  usage: Usage | undefined;
  finishReason: string | undefined;

  constructor(private readonly names: RelayNames) {}

  event({ data }: SseEvent): string | undefined {
    const piece = readEvent(data, this.names.provider);
    this.usage = readUsage(piece.usageMetadata) ?? this.usage;
    const reason = finishOf(piece);
    if (reason !== undefined) {
      this.finishReason ??= reason;
      this.mayEnd = true;
    }
    if (reason !== undefined || saysSomething(piece)) this.hasBegun = true;
    const { answerModel } = this.names;
    return answerModel === undefined || piece.modelVersion === undefined ? undefined : renamed(data, answerModel);
  }
}

/** Reads a relayed whole answer. @throws GatewayError 502 when it is none */
export function inspectWhole(text: string, { provider, answerModel }: RelayNames): WholeInspection {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (cause) {
    throw new GatewayError('upstream_invalid_response', `${provider} answered with something that is not JSON.`, {
      cause,
    });
  }
  if (!isRecord(body)) {
    throw new GatewayError('upstream_invalid_response', `${provider} answered with something that is not an answer.`);
  }
  return {
    text: answerModel === undefined || body.modelVersion === undefined ? text : renamed(text, answerModel),
    usage: readUsage(body.usageMetadata),
    finishReason: finishOf(body),
  };
}

/** In Gemini's own words, lower case; a blocked prompt is an end too. */
function finishOf({ candidates, promptFeedback }: Record<string, unknown>): string | undefined {
  if (isRecord(promptFeedback) && typeof promptFeedback.blockReason === 'string') return 'content_filter';
  for (const candidate of Array.isArray(candidates) ? candidates : []) {
    if (isRecord(candidate) && typeof candidate.finishReason === 'string')
      return WORDS[candidate.finishReason] ?? 'stop';
  }
  return undefined;
}

const WORDS: Readonly<Record<string, string>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  CONTINUATION: 'length',
  SAFETY: 'content_filter',
  RECITATION: 'content_filter',
  BLOCKLIST: 'content_filter',
  PROHIBITED_CONTENT: 'content_filter',
  SPII: 'content_filter',
};

/** Whether a piece has a part of an answer; counts alone are none. */
function saysSomething({ candidates }: Record<string, unknown>): boolean {
  return (Array.isArray(candidates) ? candidates : []).some((candidate: unknown) => {
    const content = isRecord(candidate) ? candidate.content : undefined;
    return isRecord(content) && Array.isArray(content.parts) && content.parts.length > 0;
  });
}
