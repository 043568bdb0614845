import { StringDecoder } from 'node:string_decoder';

/** One server-sent event: its data lines joined by `\n`, and its name when it has one. */
export interface SseEvent {
  data: string;
  event: string | undefined;
}

/** Thrown when one event of the upstream is larger than a gateway may hold. */
export class SseOverflowError extends Error {
  override readonly name = 'SseOverflowError';
}

/** Longest event, in characters. A line without an end must not grow in memory for ever. */
export const MAX_EVENT_LENGTH = 1024 * 1024;

const LF = 10;
const FIELD = 'data: ';

/**
 * An incremental parser of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html):
 * bytes in any portions, LF, CRLF and CR line ends, UTF-8 split anywhere, a BOM, comments, unknown fields.
 * Only `data` and `event` matter to an inference stream.
 */
export class SseParser {
  private readonly decoder = new StringDecoder('utf8');
  /** The unfinished line at the end of what was read. */
  private rest = '';
  private data: string | undefined;
  private event: string | undefined;
  private started = false;
  /** The last character read was a CR: a LF that follows belongs to it. */
  private afterCr = false;

  constructor(
    private readonly onEvent: (event: SseEvent) => void,
    private readonly maxLength = MAX_EVENT_LENGTH,
  ) {}

  /** Reads a portion of the stream. @throws SseOverflowError */
  feed(bytes: Buffer): void {
    let text = this.decoder.write(bytes);
    if (text === '') return;
    if (!this.started || this.afterCr) text = this.withoutLeadingMark(text);
    if (this.rest !== '') text = this.rest + text;
    this.rest = text.includes('\r') ? this.readAnyLines(text) : this.readLines(text);
    if (this.rest.length + (this.data?.length ?? 0) > this.maxLength) {
      throw new SseOverflowError(`An event is longer than ${this.maxLength} characters`);
    }
  }

  /**
   * The stream has ended. An event whose closing blank line is missing is still given out:
   * whether it is whole is for its reader to see.
   */
  end(): void {
    const line = this.rest + this.decoder.end();
    this.rest = '';
    if (line !== '') this.readLine(line);
    this.dispatch();
  }

  /** A BOM may begin the stream, and a LF after a CR that ended the last portion belongs to that CR. */
  private withoutLeadingMark(text: string): string {
    const mark = this.started ? '\n' : '\uFEFF';
    this.started = true;
    this.afterCr = false;
    return text.startsWith(mark) ? text.slice(1) : text;
  }

  private readLines(text: string): string {
    let from = 0;
    for (let to = text.indexOf('\n'); to !== -1; to = text.indexOf('\n', from)) {
      if (this.isWholeEvent(text, from, to)) {
        this.onEvent({ data: text.slice(from + FIELD.length, to), event: undefined });
        from = to + 2;
      } else {
        this.readLine(text.slice(from, to));
        from = to + 1;
      }
    }
    return from === 0 ? text : text.slice(from);
  }

  /** Whether a line is all of an event: nearly all events of nearly all streams are one line of data. */
  private isWholeEvent(text: string, from: number, to: number): boolean {
    return (
      text.charCodeAt(to + 1) === LF &&
      this.data === undefined &&
      this.event === undefined &&
      text.startsWith(FIELD, from)
    );
  }

  private readAnyLines(text: string): string {
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      const char = text.charCodeAt(at);
      if (char !== 10 && char !== 13) continue;
      this.readLine(text.slice(from, at));
      if (char === 13) {
        if (at + 1 === text.length) this.afterCr = true;
        else if (text.charCodeAt(at + 1) === 10) at++;
      }
      from = at + 1;
    }
    return text.slice(from);
  }

  private readLine(line: string): void {
    if (line === '') return this.dispatch();
    if (line.startsWith('data:')) {
      const value = line.charCodeAt(5) === 32 ? line.slice(6) : line.slice(5);
      this.data = this.data === undefined ? value : `${this.data}\n${value}`;
    } else if (line.startsWith('event:')) {
      this.event = line.slice(6).trim();
    } else if (line === 'data') {
      this.data = this.data === undefined ? '' : `${this.data}\n`;
    }
  }

  private dispatch(): void {
    const { data, event } = this;
    this.data = undefined;
    this.event = undefined;
    if (data !== undefined) this.onEvent({ data, event });
  }
}
