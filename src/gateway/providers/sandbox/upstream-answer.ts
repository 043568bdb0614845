import { edgeHeaders } from './edge-headers.js';
import { SandboxRefusal } from './sandbox-refusal.js';

/** One event of a stream: its `data`, and the `event:` line before it if there is one. */
export interface StreamEvent {
  data: string;
  event?: string;
}

/** An answer as the API made it, before it is sent (and before a fault spoils it). */
export interface UpstreamAnswer {
  status: number;
  /** Flat list of names and values, as node's `writeHead` takes it. */
  headers: string[];
  /**
   * The events of a stream, without its end mark; a text is the data of an event without a name.
   * Undefined when the answer is not a stream.
   */
  frames?: ReadonlyArray<string | StreamEvent>;
  /** The data of the event that ends a stream, where the dialect has one: `[DONE]`. */
  endMark?: string;
  /** A text, or the bytes of a file. */
  body: string | Buffer;
  /** How many frames the answer takes, or would take as a stream: the time that it needs. */
  ticks: number;
}

/** An answer that is not a stream. */
export function jsonAnswer(body: string, extraHeaders: readonly string[] = [], ticks = 0): UpstreamAnswer {
  return { status: 200, headers: [...edgeHeaders('application/json'), ...extraHeaders], body, ticks };
}

/** An answer in frames. */
export function streamAnswer(frames: string[], extraHeaders: readonly string[]): UpstreamAnswer {
  const headers = [...edgeHeaders('text/event-stream; charset=utf-8'), ...extraHeaders];
  return { status: 200, headers, frames, endMark: '[DONE]', body: '', ticks: frames.length };
}

/** A refusal as an answer; one without a body is plain text, as the captured 404 of unknown paths is. */
export function refusalAnswer({ status, body, headers }: SandboxRefusal): UpstreamAnswer {
  const isText = typeof body === 'string';
  return {
    status,
    headers: [...edgeHeaders(isText ? 'text/plain' : 'application/json'), ...Object.entries(headers).flat()],
    body: isText ? body : JSON.stringify(body),
    ticks: 0,
  };
}
