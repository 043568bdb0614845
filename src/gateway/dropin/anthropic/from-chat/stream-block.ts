import type { BlockDelta, OutputBlock } from '../../../anthropic/messages.types.js';
import { JsonEnd } from './json-end.js';
import { GATEWAY_SIGNATURE } from './signature.js';

/** A block of a streamed answer: how its events look. */
export abstract class StreamBlock {
  /** Half of a character: the other half comes with the next piece, and a reader may not join them. */
  private carry = '';

  /** The block as its start event shows it. */
  abstract start(): OutputBlock;
  protected abstract delta(text: string): BlockDelta | undefined;
  /** Deltas right after the start, before any text. */
  opening(): BlockDelta[] {
    return [];
  }
  /** Deltas right before the stop. */
  protected closing(): BlockDelta[] {
    return [];
  }
  /** Whether nothing of it can come once another block has begun. */
  abstract get isWhole(): boolean;

  append(text: string): BlockDelta[] {
    const whole = this.carry + text;
    const last = whole.charCodeAt(whole.length - 1);
    const split = last >= 0xd800 && last <= 0xdbff;
    this.carry = split ? whole.slice(-1) : '';
    return this.write(split ? whole.slice(0, -1) : whole);
  }

  end(): BlockDelta[] {
    const { carry } = this;
    this.carry = '';
    return [...this.write(carry), ...this.closing()];
  }

  private write(text: string): BlockDelta[] {
    if (text === '') return [];
    const delta = this.delta(text);
    return delta ? [delta] : [];
  }
}

export class TextBlockStream extends StreamBlock {
  readonly isWhole = true;

  start(): OutputBlock {
    return { type: 'text', text: '' };
  }

  protected delta(text: string): BlockDelta {
    return { type: 'text_delta', text };
  }
}

export class ThinkingBlockStream extends StreamBlock {
  readonly isWhole = true;

  constructor(private readonly omitsText: boolean) {
    super();
  }

  start(): OutputBlock {
    return { type: 'thinking', thinking: '', signature: '' };
  }

  protected delta(thinking: string): BlockDelta | undefined {
    return this.omitsText ? undefined : { type: 'thinking_delta', thinking };
  }

  protected override closing(): BlockDelta[] {
    return [{ type: 'signature_delta', signature: GATEWAY_SIGNATURE }];
  }
}

export class ToolBlockStream extends StreamBlock {
  private readonly json = new JsonEnd();
  private isEmpty = true;

  constructor(
    private readonly id: string,
    private readonly name: string,
  ) {
    super();
  }

  /** Its arguments end by themselves; those that never do are held open until the answer ends. */
  get isWhole(): boolean {
    return this.json.isReached;
  }

  start(): OutputBlock {
    return { type: 'tool_use', id: this.id, name: this.name, input: {} };
  }

  override opening(): BlockDelta[] {
    return [{ type: 'input_json_delta', partial_json: '' }];
  }

  protected delta(text: string): BlockDelta {
    this.isEmpty = false;
    this.json.push(text);
    return { type: 'input_json_delta', partial_json: text };
  }

  /** A call without arguments has the empty object, which is JSON, unlike nothing. */
  protected override closing(): BlockDelta[] {
    return this.isEmpty ? [{ type: 'input_json_delta', partial_json: '{}' }] : [];
  }
}
