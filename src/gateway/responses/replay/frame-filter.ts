import { isRecord } from '../../../common/json/is-record.js';

/** The frames of a text whose event comes after number `after`. Each has one `data` line with a `sequence_number`. */
export function framesAfter(frames: string, after: number): { frames: string; last: number; ended: boolean } {
  let kept = '';
  let last = after;
  let ended = false;
  for (const frame of frames.split('\n\n')) {
    const data = frame.slice(frame.indexOf('data: ') + 'data: '.length);
    if (frame === '') continue;
    const event: unknown = JSON.parse(data);
    if (!isRecord(event) || typeof event.sequence_number !== 'number') continue;
    ended ||= TERMINAL.has(event.type);
    if (event.sequence_number <= after) continue;
    kept += `${frame}\n\n`;
    last = event.sequence_number;
  }
  return { frames: kept, last, ended };
}

const TERMINAL: ReadonlySet<unknown> = new Set(['response.completed', 'response.incomplete', 'response.failed']);
