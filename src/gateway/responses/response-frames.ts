import type { ResponseEvent } from './response-events.types.js';

/**
 * Events as server-sent events, in one string so that they go out in one write: readers have been seen that
 * lose an event whose `event` and `data` lines reach them in different network chunks. There is no `[DONE]`.
 */
export function eventFrames(events: readonly ResponseEvent[]): string {
  let frames = '';
  for (const event of events) frames += `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
  return frames;
}
