import { GatewayError } from '../../../common/errors/gateway-error.js';
import { isRecord } from '../../../common/json/is-record.js';
import { textOr } from '../../../common/json/text.js';
import type { Usage } from '../../openai/chat.types.js';
import { readStreamError } from '../openai-compatible/error-reader.js';
import { FrameSplitter, type RawFrame } from './frame-splitter.js';
import { JsonMembers } from './json-members.js';
import { usageOf } from './relayed-usage.js';

/** Reads the body of an answer while it is relayed. */
export interface RelayedBody {
  /** The bytes to send on; empty while there is nothing yet. @throws GatewayError for what is no answer */
  feed(bytes: Buffer): Array<Buffer | string>;
  /** The last bytes. @throws GatewayError when the answer is not whole */
  end(): Array<Buffer | string>;
  /** Whether the caller may get what was fed so far, though the rest may fail. */
  readonly mayBegin: boolean;
  /** What the upstream itself reported inside the answer: nothing follows it. */
  readonly failure?: GatewayError;
  readonly usage: Usage | undefined;
}

/** Audio, text, a stored file: nothing in it is looked at. The transport says whether it is whole. */
export class RawBody implements RelayedBody {
  readonly mayBegin = true;
  readonly usage = undefined;

  feed(bytes: Buffer): Buffer[] {
    return [bytes];
  }

  end(): Buffer[] {
    return [];
  }
}

/** A JSON answer of up to so many bytes is held until it is whole, so that a broken one can be asked for again. */
const HELD_BYTES = 1024 * 1024;

/** A JSON document with the caller's name of the model. */
export class JsonBody implements RelayedBody {
  private readonly members: JsonMembers;
  private size = 0;

  constructor(
    private readonly provider: string,
    model: string | undefined,
  ) {
    this.members = new JsonMembers({ ...(model !== undefined && { model: JSON.stringify(model) }) });
  }

  get mayBegin(): boolean {
    return this.size > HELD_BYTES;
  }

  get usage(): Usage | undefined {
    return usageOf(this.members.usage);
  }

  feed(bytes: Buffer): Buffer[] {
    this.size += bytes.length;
    const out = this.members.feed(bytes);
    if (!this.members.isPossible) throw notJson(this.provider);
    return out;
  }

  end(): Buffer[] {
    if (this.members.isWhole) return [];
    throw new GatewayError('upstream_truncated', `${this.provider} closed the connection before the answer's end.`);
  }
}

/** Names of the events that end a stream of images, speech or a transcript. */
const LAST_EVENT = /\.(?:done|completed)$/;

/** Server-sent events as they came; an event that reports a failure is an error, not a frame. */
export class EventBody implements RelayedBody {
  private readonly splitter = new FrameSplitter();
  private finished = false;
  mayBegin = false;
  failure: GatewayError | undefined;
  usage: Usage | undefined;

  constructor(private readonly provider: string) {}

  feed(bytes: Buffer): string[] {
    let frames = '';
    for (const frame of this.splitter.feed(bytes)) frames += this.take(frame);
    return frames === '' ? [] : [frames];
  }

  end(): string[] {
    const last = this.splitter.end();
    const frames = last ? this.take(last) : '';
    if (this.finished || this.failure) return [frames];
    throw new GatewayError('upstream_truncated', `${this.provider} closed the stream before its end.`);
  }

  private take({ text, event }: RawFrame): string {
    if (this.failure) return '';
    if (!event) return text;
    if (event.data === '[DONE]') this.finished = true;
    else this.read(parse(event.data), event.event);
    return this.failure ? '' : text;
  }

  private read(data: Record<string, unknown>, name: string | undefined): void {
    const type = textOr(data.type, name ?? '');
    if (type === 'error' || name === 'error' || data.error) {
      this.failure = readStreamError(this.provider, data);
      return;
    }
    this.mayBegin = true;
    this.usage = usageOf(data.usage) ?? this.usage;
    if (LAST_EVENT.test(type)) this.finished = true;
  }
}

/** What is no object says nothing to the gateway; it goes to the caller all the same. */
function parse(data: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(data);
    return isRecord(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

export function notJson(provider: string): GatewayError {
  return new GatewayError('upstream_invalid_response', `${provider} answered with something that is not JSON.`);
}
