import { GatewayError } from '../../../common/errors/gateway-error.js';
import { isRecord } from '../../../common/json/is-record.js';
import { replaceScalar } from '../../../common/json/replace-scalar.js';
import { textOr } from '../../../common/json/text.js';
import type { SseEvent } from '../../../common/sse/sse-parser.js';
import type { Usage } from '../../openai/chat.types.js';
import { ResponseFailure } from '../../openai/response-failure.js';
import type { StreamInspector, WholeInspection } from '../relay/relay-inspector.js';
import { usageOf } from '../relay/relayed-usage.js';
import { readStreamError } from './error-reader.js';
import { parseAnswer } from './upstream-answer.js';

/** Events that say that work goes on, and hold nothing of an answer. */
const PREPARATIONS = new Set([
  'response.created',
  'response.in_progress',
  'response.queued',
  'response.content_part.added',
  'keepalive',
]);
const ENDS = new Set(['response.completed', 'response.incomplete', 'response.failed']);

/** Reads a stream of the Responses API (wire.md 2.8). */
export class ResponsesInspector implements StreamInspector {
  hasBegun = false;
  isFinished = false;
  usage: Usage | undefined;
  finishReason: string | undefined;

  constructor(
    private readonly provider: string,
    /** What `response.model` has to say; undefined: the upstream's own. */
    private readonly model: string | undefined,
  ) {}

  event({ data, event: name }: SseEvent): string | undefined {
    // Deltas are most of a stream, and there is nothing to read in them.
    if (name?.endsWith('.delta')) {
      this.hasBegun = true;
      return undefined;
    }
    const event = this.parse(data);
    const type = textOr(event.type, name ?? '');
    if (type === 'error' || (event.error && !type)) throw readStreamError(this.provider, event);
    if (!isPreparation(type, event)) this.hasBegun = true;
    return isRecord(event.response) ? this.lifecycle(type, event.response, data) : undefined;
  }

  private lifecycle(type: string, response: Record<string, unknown>, data: string): string | undefined {
    const shown = this.model === undefined ? undefined : replaceScalar(data, ['response', 'model'], this.model);
    if (ENDS.has(type)) this.end(type, response, shown ?? data);
    return shown;
  }

  private end(type: string, response: Record<string, unknown>, data: string): void {
    this.usage = usageOf(response.usage);
    if (type === 'response.failed') throw failureOf(this.provider, response, `event: ${type}\ndata: ${data}\n\n`);
    this.finishReason = finishReasonOf(response);
    this.isFinished = true;
  }

  private parse(data: string): Record<string, unknown> {
    if (data === '[DONE]') return {};
    const event = parseAnswer(data);
    if (isRecord(event)) return event;
    throw new GatewayError('upstream_invalid_response', `${this.provider} sent an event that is no object.`);
  }
}

/** Reads a whole answer of the Responses API. @throws GatewayError 502 when it is none */
export function inspectResponse(provider: string, text: string, model: string | undefined): WholeInspection {
  const response = parseAnswer(text);
  if (!isRecord(response) || !Array.isArray(response.output)) {
    throw new GatewayError('upstream_invalid_response', `${provider} answered with something that is no response.`);
  }
  return {
    text: model === undefined ? text : replaceScalar(text, ['model'], model),
    usage: usageOf(response.usage),
    finishReason: finishReasonOf(response),
  };
}

/** A message that has just been added is empty so far. */
function isPreparation(type: string, { item }: Record<string, unknown>): boolean {
  if (type === 'response.output_item.added') return isRecord(item) && item.type === 'message';
  return PREPARATIONS.has(type);
}

/** In the terms of chat, which metrics and logs are in. */
function finishReasonOf({ status, incomplete_details: details, output }: Record<string, unknown>): string | undefined {
  if (status === 'incomplete') {
    return isRecord(details) && details.reason === 'content_filter' ? 'content_filter' : 'length';
  }
  if (status !== 'completed') return undefined;
  const calls = Array.isArray(output) && output.some((item) => isRecord(item) && item.type === 'function_call');
  return calls ? 'tool_calls' : 'stop';
}

function failureOf(provider: string, { error }: Record<string, unknown>, frame: string): GatewayError {
  const { code, message } = isRecord(error) ? error : {};
  const text =
    typeof message === 'string' && message !== '' ? message.slice(0, 2_000) : `${provider} could not answer.`;
  const isLimit = code === 'rate_limit_exceeded';
  return new GatewayError(isLimit ? 'rate_limit_exceeded' : 'upstream_error', text, {
    cause: new ResponseFailure(frame),
  });
}
