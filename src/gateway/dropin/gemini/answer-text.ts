import type { AnswerShape } from './conversion.types.js';
import { JsonScanner } from './json-scanner.js';
import { WRAPPER } from './response-format.js';

const OPENING = new RegExp(`^\\s*\\{\\s*"${WRAPPER}"\\s*:\\s*`);
/** What can still become the opening. */
const MAX_OPENING = 64;

/** Text on its way to the caller: what is not his is taken out. Joined, the pieces are one text, however they came. */
interface TextStep {
  push(text: string): string;
  end(): string;
}

/** The value of the object that a schema was put into, see AnswerShape.unwrap. */
class Unwrapper implements TextStep {
  private state: 'before' | 'inside' | 'after' | 'bare' = 'before';
  private waiting = '';
  /** Below 0 when the object around the value ends. */
  private readonly scanner = new JsonScanner();
  /** The value of `unwrap: 'text'`, which is decoded when it is whole. */
  private value = '';

  constructor(private readonly asText: boolean) {}

  push(text: string): string {
    if (this.state === 'bare') return text;
    if (this.state === 'after') return '';
    if (this.state === 'inside') return this.inside(text);
    this.waiting += text;
    const opening = OPENING.exec(this.waiting);
    // The white space before the value may not be all there.
    if (opening && opening[0].length < this.waiting.length) {
      this.state = 'inside';
      return this.inside(this.waiting.slice(opening[0].length));
    }
    if (this.waiting.length <= MAX_OPENING) return '';
    return this.bare();
  }

  end(): string {
    // The model did not keep to the schema, or was cut: nothing of what it said is lost.
    if (this.state === 'before') return this.bare();
    return this.asText ? decoded(this.value) : '';
  }

  private bare(): string {
    this.state = 'bare';
    const text = this.waiting;
    this.waiting = '';
    return text;
  }

  private inside(text: string): string {
    let at = 0;
    for (; at < text.length && this.scanner.depth >= 0; at++) this.scanner.step(text[at] ?? '');
    if (this.scanner.depth < 0) this.state = 'after';
    const value = this.state === 'after' ? text.slice(0, at - 1).trimEnd() : text;
    if (!this.asText) return value;
    this.value += value;
    return '';
  }
}

function decoded(value: string): string {
  try {
    const text: unknown = JSON.parse(value);
    return typeof text === 'string' ? text : value;
  } catch {
    return value;
  }
}

/** Ends the text before the first of some sequences, wherever the pieces are cut. */
class StopCut implements TextStep {
  private waiting = '';
  private ended = false;

  constructor(private readonly stops: readonly string[]) {}

  get hasEnded(): boolean {
    return this.ended;
  }

  push(text: string): string {
    if (this.ended) return '';
    this.waiting += text;
    const found = this.stops.map((stop) => this.waiting.indexOf(stop)).filter((at) => at !== -1);
    if (found.length > 0) {
      this.ended = true;
      return this.waiting.slice(0, Math.min(...found));
    }
    const kept = this.possibleStart();
    const out = this.waiting.slice(0, this.waiting.length - kept);
    this.waiting = this.waiting.slice(this.waiting.length - kept);
    return out;
  }

  end(): string {
    const text = this.ended ? '' : this.waiting;
    this.waiting = '';
    return text;
  }

  /** How many characters at the end may be the start of a sequence. */
  private possibleStart(): number {
    const longest = Math.max(...this.stops.map((stop) => stop.length)) - 1;
    for (let length = Math.min(longest, this.waiting.length); length > 0; length--) {
      const tail = this.waiting.slice(-length);
      if (this.stops.some((stop) => stop.startsWith(tail))) return length;
    }
    return 0;
  }
}

/** The text of one candidate as its caller asked for it. */
export class AnswerText {
  private readonly unwrapper: Unwrapper | undefined;
  private readonly cut: StopCut | undefined;

  constructor({ unwrap, moreStops }: AnswerShape) {
    if (unwrap !== 'no') this.unwrapper = new Unwrapper(unwrap === 'text');
    if (moreStops.length > 0) this.cut = new StopCut(moreStops);
  }

  /** Whether one of the caller's sequences has ended it: nothing follows, and that is an ordinary end. */
  get isStopped(): boolean {
    return this.cut?.hasEnded ?? false;
  }

  push(text: string): string {
    const value = this.unwrapper ? this.unwrapper.push(text) : text;
    return this.cut ? this.cut.push(value) : value;
  }

  end(): string {
    const value = this.unwrapper?.end() ?? '';
    return this.cut ? this.cut.push(value) + this.cut.end() : value;
  }
}
