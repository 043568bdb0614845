import { anthropicError } from '../../../common/errors/anthropic-envelope.js';
import type { GatewayError } from '../../../common/errors/gateway-error.js';
import type { MessagesEvent } from '../../anthropic/messages.types.js';

/**
 * Events as server-sent events, in one string so that they go out in one write. Each has its name: clients skip those
 * without one.
 */
export function eventFrames(events: readonly MessagesEvent[]): string {
  let frames = '';
  for (const event of events) frames += `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
  return frames;
}

/** The last event of an answer that broke off. */
export function errorFrame(error: GatewayError, requestId: string): string {
  return `event: error\ndata: ${JSON.stringify(anthropicError(error, requestId))}\n\n`;
}

export const PING_FRAME = eventFrames([{ type: 'ping' }]);
