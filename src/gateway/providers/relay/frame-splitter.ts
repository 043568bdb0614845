import { StringDecoder } from 'node:string_decoder';
import { MAX_EVENT_LENGTH, type SseEvent, SseOverflowError } from '../../../common/sse/sse-parser.js';

/** A blank line ends an event; CRLF, LF and CR all end a line. */
const EVENT_END = /\r\n\r\n|\n\n|\r\r|\n\r\n|\r\n\n/;

/** One event of a stream with its own text, the blank line included. */
export interface RawFrame {
  readonly text: string;
  /** Undefined for comments and blank lines: nothing to read. */
  readonly event: SseEvent | undefined;
}

/**
 * Cuts a stream of server-sent events into events without changing a byte of them: joined together, the texts are what
 * was fed, UTF-8 split anywhere.
 */
export class FrameSplitter {
  private readonly decoder = new StringDecoder('utf8');
  private rest = '';

  constructor(private readonly maxLength = MAX_EVENT_LENGTH) {}

  /** The events that are complete now. @throws SseOverflowError */
  feed(bytes: Buffer): RawFrame[] {
    this.rest += this.decoder.write(bytes);
    const frames: RawFrame[] = [];
    for (;;) {
      const end = EVENT_END.exec(this.rest);
      // A CR at the very end may be half of a CRLF: its other half belongs to the same event.
      if (!end || (end[0].endsWith('\r') && end.index + end[0].length === this.rest.length)) break;
      const length = end.index + end[0].length;
      frames.push(toFrame(this.rest.slice(0, length)));
      this.rest = this.rest.slice(length);
    }
    if (this.rest.length > this.maxLength) {
      throw new SseOverflowError(`An event is longer than ${this.maxLength} characters`);
    }
    return frames;
  }

  /** What is left at the end of the stream: an event whose blank line is missing. */
  end(): RawFrame | undefined {
    const text = this.rest + this.decoder.end();
    this.rest = '';
    return text.trim() === '' ? undefined : toFrame(text);
  }
}

function toFrame(text: string): RawFrame {
  const data: string[] = [];
  let event: string | undefined;
  for (const line of text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)) {
    if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5));
    else if (line.startsWith('event:')) event = line.slice(6).trim();
  }
  return { text, event: data.length === 0 ? undefined : { data: data.join('\n'), event } };
}
