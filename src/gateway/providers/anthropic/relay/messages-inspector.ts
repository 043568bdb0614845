import { GatewayError } from '../../../../common/errors/gateway-error.js';
import { isRecord } from '../../../../common/json/is-record.js';
import type { SseEvent } from '../../../../common/sse/sse-parser.js';
import type { Usage } from '../../../openai/chat.types.js';
import type { StreamInspector, WholeInspection } from '../../relay/relay-inspector.js';
import { readAnthropicStreamError } from '../anthropic-errors.js';
import { finishReasonOf, usageOf } from '../answer/message-end.js';
import { withStringMember } from './json-string-member.js';

/** Reads a relayed stream of message events. Only the name of the model is ever changed. */
export class MessagesInspector implements StreamInspector {
  hasBegun = false;
  isFinished = false;
  usage: Usage | undefined;
  finishReason: string | undefined;
  private started: unknown;
  private calledTools = false;

  constructor(
    private readonly provider: string,
    /** The caller's own name of the model, where it is not the upstream's. */
    private readonly answerModel: string | undefined,
  ) {}

  event({ event, data }: SseEvent): string | undefined {
    // Most events are pieces of text: nothing in them has to be known.
    if (event === 'content_block_delta') {
      this.hasBegun = true;
      return undefined;
    }
    if (event === 'ping' || event === 'content_block_stop') return undefined;
    const document = this.parse(data);
    switch (document.type) {
      case 'message_start':
        return this.start(document, data);
      case 'content_block_start':
        this.noteBlock(document.content_block);
        return undefined;
      case 'content_block_delta':
        this.hasBegun = true;
        return undefined;
      case 'message_delta':
        this.noteEnd(document);
        return undefined;
      case 'message_stop':
        this.isFinished = true;
        return undefined;
      case 'error':
        throw readAnthropicStreamError(this.provider, document);
      default:
        return undefined;
    }
  }

  private start({ message }: Record<string, unknown>, data: string): string | undefined {
    if (!isRecord(message)) throw malformed(this.provider);
    this.started = message.usage;
    const { answerModel } = this;
    if (answerModel === undefined || message.model === answerModel) return undefined;
    return withStringMember(data, ['message', 'model'], answerModel);
  }

  /** Text and thoughts begin with nothing; a call is a piece of answer by its name alone. */
  private noteBlock(block: unknown): void {
    const type = isRecord(block) ? block.type : undefined;
    if (type === 'tool_use') this.calledTools = true;
    if (type !== 'text' && type !== 'thinking') this.hasBegun = true;
  }

  private noteEnd({ delta, usage }: Record<string, unknown>): void {
    this.hasBegun = true;
    this.usage = usageOf(this.started, usage);
    if (isRecord(delta) && delta.stop_reason != null) {
      this.finishReason = finishReasonOf(delta.stop_reason, this.calledTools);
    }
  }

  private parse(data: string): Record<string, unknown> {
    const document = parseOr(data);
    if (!isRecord(document)) throw malformed(this.provider);
    return document;
  }
}

/** Reads a whole relayed message. @throws GatewayError 502 when it is none */
export function inspectMessage(provider: string, text: string, answerModel: string | undefined): WholeInspection {
  const message = parseOr(text);
  if (!isRecord(message) || message.type !== 'message' || !Array.isArray(message.content)) {
    throw new GatewayError('upstream_invalid_response', `${provider} answered with something that is not a message.`);
  }
  const { stop_reason: reason, usage, model } = message;
  const calledTools = message.content.some((block) => isRecord(block) && block.type === 'tool_use');
  const isNamed = answerModel === undefined || model === answerModel;
  return {
    text: isNamed ? text : withStringMember(text, ['model'], answerModel),
    usage: usageOf(usage),
    finishReason: reason == null ? undefined : finishReasonOf(reason, calledTools),
  };
}

function parseOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function malformed(provider: string): GatewayError {
  return new GatewayError('upstream_invalid_response', `${provider} sent an event that cannot be read.`);
}
