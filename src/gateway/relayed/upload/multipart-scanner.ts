import { GatewayError } from '../../../common/errors/gateway-error.js';
import { readPartHead } from './part-head.js';

/** The text of the form's field `model`, with its bytes as they came. */
export interface ModelField {
  readonly value: string;
  readonly raw: Buffer;
}

/** A piece of the body: bytes that pass as they are, or the one field that may be written anew. */
export type MultipartPiece = Buffer | ModelField;

/** Largest head of a part, and longest `model` and `n`, in bytes. */
const MAX_HEAD = 16 * 1024;
const MAX_MODEL = 512;
const MAX_COUNT = 64;
/** RFC 2046, section 5.1.1: 70 characters. */
const MAX_BOUNDARY = 70;

const CRLF = Buffer.from('\r\n');
const HEAD_END = Buffer.from('\r\n\r\n');
const DASHES = Buffer.from('--');

type State = 'preamble' | 'delimiter' | 'head' | 'content' | 'model' | 'count' | 'epilogue';

/** Of the parts that are read; all others pass. */
const STATES: ReadonlyMap<string, State> = new Map<string, State>([
  ['model', 'model'],
  ['n', 'count'],
]);

/**
 * Follows a multipart/form-data body while its bytes pass, in any portions: all pieces together are what was fed, and
 * `model` stands out among them. It keeps no more than the part of a line that may be a delimiter, a part's head and the
 * model's name.
 */
export class MultipartScanner {
  /** `\r\n--boundary` */
  private readonly delimiter: Buffer;
  private state: State = 'preamble';
  private rest: Buffer = Buffer.alloc(0);
  private found: ModelField | undefined;
  private most: number | undefined;
  /** At the very beginning a delimiter needs no line before it. */
  private atStart = true;

  constructor(boundary: string) {
    this.delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  }

  /** The model that was read, once it was. */
  get model(): string | undefined {
    return this.found?.value;
  }

  /** How many answers the form's `n` wants, once it was read: the most, when there are several. No number: NaN. */
  get count(): number | undefined {
    return this.most;
  }

  /** @throws GatewayError 400 for a body that readers could understand differently */
  feed(bytes: Buffer): MultipartPiece[] {
    this.rest = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    const out: MultipartPiece[] = [];
    while (this.rest.length > 0 && this.step(out));
    return out;
  }

  /** What was kept back when the body ends. Whether it is complete is for the upstream to say. */
  end(): MultipartPiece[] {
    const { rest } = this;
    this.rest = Buffer.alloc(0);
    return rest.length === 0 ? [] : [rest];
  }

  /** Does what the state and the bytes allow; false when it needs more of them. */
  private step(out: MultipartPiece[]): boolean {
    switch (this.state) {
      case 'preamble':
        return this.skipPreamble(out);
      case 'delimiter':
        return this.readDelimiterEnd(out);
      case 'head':
        return this.readHead(out);
      case 'content':
        return this.skipTo(this.delimiter, out, 'delimiter');
      case 'model':
        return this.readModel(out);
      case 'count':
        return this.readCount();
      default:
        return this.pass(out, this.rest.length);
    }
  }

  private skipPreamble(out: MultipartPiece[]): boolean {
    if (this.atStart) {
      const opening = this.delimiter.subarray(2);
      const length = Math.min(opening.length, this.rest.length);
      if (this.rest.compare(opening, 0, length, 0, length) === 0) {
        if (this.rest.length < opening.length) return false;
        this.atStart = false;
        this.state = 'delimiter';
        return this.pass(out, opening.length);
      }
      this.atStart = false;
    }
    return this.skipTo(this.delimiter, out, 'delimiter');
  }

  /** After a delimiter: `--` ends the form, white space and a line end begin a part. */
  private readDelimiterEnd(out: MultipartPiece[]): boolean {
    if (this.rest.length < 2) return false;
    if (this.rest.subarray(0, 2).equals(DASHES)) {
      this.state = 'epilogue';
      return this.pass(out, 2);
    }
    const end = this.rest.indexOf(CRLF);
    const padding = (end === -1 ? this.rest : this.rest.subarray(0, end)).toString('latin1');
    if (padding.length > MAX_HEAD || /[^ \t\r]/.test(padding)) throw malformed('a boundary is followed by other text');
    if (end === -1) return false;
    this.state = 'head';
    // The line end stays: it is also the one before an empty head's blank line.
    return this.pass(out, end);
  }

  private readHead(out: MultipartPiece[]): boolean {
    const end = this.rest.indexOf(HEAD_END);
    if (end === -1) {
      if (this.rest.length > MAX_HEAD) throw malformed('the head of a part is too long');
      return false;
    }
    if (end > MAX_HEAD) throw malformed('the head of a part is too long');
    const { name, isFile } = readPartHead(this.rest.subarray(0, end).toString('utf8'));
    const isModel = name === 'model';
    if (isModel && isFile) throw wrongModel('it is sent as a file. Send it as text.');
    if (isModel && this.found) throw wrongModel('it is sent twice. Send it once.');
    // The blank line belongs to the head, but its end may be that of a delimiter: an empty part.
    this.state = STATES.get(name) ?? 'content';
    return this.pass(out, end + (isModel ? HEAD_END.length : CRLF.length));
  }

  private readModel(out: MultipartPiece[]): boolean {
    const isEmpty = this.rest.length >= this.delimiter.length - 2 && this.startsWith(this.delimiter.subarray(2));
    if (isEmpty) throw wrongModel('it is empty.');
    const end = this.rest.indexOf(this.delimiter);
    if (end > MAX_MODEL || (end === -1 && this.rest.length > MAX_MODEL + this.delimiter.length)) {
      throw wrongModel('it is too long.');
    }
    if (end === -1) return false;
    const raw = this.rest.subarray(0, end);
    const value = raw.toString('utf8');
    if (value === '') throw wrongModel('it is empty.');
    this.found = { value, raw };
    out.push(this.found);
    this.rest = this.rest.subarray(end);
    this.state = 'content';
    return true;
  }

  /** What it says is noted; its bytes pass as content, with the line end before them. */
  private readCount(): boolean {
    const end = this.rest.indexOf(this.delimiter);
    if (end > MAX_COUNT || (end === -1 && this.rest.length > MAX_COUNT + this.delimiter.length)) {
      throw new GatewayError('invalid_value', "Invalid 'n': it is too long.", { param: 'n' });
    }
    if (end === -1) return false;
    const value = Number(this.rest.toString('latin1', CRLF.length, Math.max(end, CRLF.length)).trim());
    this.most = this.most === undefined ? value : Math.max(this.most, value);
    this.state = 'content';
    return true;
  }

  private startsWith(prefix: Buffer): boolean {
    return this.rest.subarray(0, prefix.length).equals(prefix);
  }

  /** Lets bytes pass up to and with the mark, or all but what may be its beginning. */
  private skipTo(mark: Buffer, out: MultipartPiece[], next: State): boolean {
    const at = this.rest.indexOf(mark);
    if (at === -1) {
      this.pass(out, Math.max(0, this.rest.length - mark.length + 1));
      return false;
    }
    this.state = next;
    return this.pass(out, at + mark.length);
  }

  private pass(out: MultipartPiece[], length: number): boolean {
    if (length > 0) out.push(this.rest.subarray(0, length));
    this.rest = this.rest.subarray(length);
    return true;
  }
}

/** The boundary of a multipart/form-data media type. @throws GatewayError 400 */
export function boundaryOf(contentType: string): string {
  const match = /;\s*boundary=(?:"([^"]+)"|([^\s;"]+))/i.exec(contentType);
  const boundary = match?.[1] ?? match?.[2] ?? '';
  if (boundary === '' || boundary.length > MAX_BOUNDARY || /[^\x20-\x7e]/.test(boundary)) {
    throw new GatewayError(
      'invalid_request',
      "The header 'content-type' has no valid boundary for multipart/form-data.",
    );
  }
  return boundary;
}

function malformed(what: string): GatewayError {
  return new GatewayError('invalid_request', `The multipart body is not valid: ${what}.`);
}

function wrongModel(what: string): GatewayError {
  return new GatewayError('invalid_value', `Invalid 'model': ${what}`, { param: 'model' });
}
