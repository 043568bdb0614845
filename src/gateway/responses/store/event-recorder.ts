import { GatewayError } from '../../../common/errors/gateway-error.js';
import { framesAfter } from '../replay/frame-filter.js';
import { packFrames, unpackFrames } from './event-packing.js';
import type { EventRun } from './response-store.port.js';

/** Characters of frames that are packed together, and that a recorder keeps at most. */
const RUN_LENGTH = 64 * 1024;
const MAX_LENGTH = 64 * 1024 * 1024;

interface Piece {
  readonly first: number;
  readonly last: number;
  readonly frames: string;
}

/**
 * Keeps the events of one response as they go out, packed by and by, so that an answer of many thousand events takes
 * little memory. What has gone past the limit cannot be given again, and is not given in part.
 */
export class EventRecorder {
  private readonly packed: Array<{ last: number; run: Promise<EventRun> }> = [];
  private open: Piece[] = [];
  private openLength = 0;
  private next = 0;
  private length = 0;

  /** Adds frames that hold the next `count` events. */
  add(frames: string, count: number): void {
    if (count === 0) return;
    const first = this.next;
    this.next += count;
    this.length += frames.length;
    if (!this.isWhole) return;
    this.open.push({ first, last: this.next - 1, frames });
    this.openLength += frames.length;
    if (this.openLength >= RUN_LENGTH) this.close();
  }

  /** How many events there have been, which is the number of the next one. */
  get count(): number {
    return this.next;
  }

  /** Runs from the n-th on, up to now; what comes later begins a new one. */
  async runs(from = 0): Promise<EventRun[]> {
    if (!this.isWhole) return from === 0 ? [LOST] : [];
    this.close();
    return Promise.all(this.packed.slice(from).map(({ run }) => run));
  }

  /** The frames of what comes after event number `after`, as far as there are any yet, and the number of the last. */
  async since(after: number): Promise<{ frames: string; last: number }> {
    if (!this.isWhole) throw new GatewayError('overloaded', TOO_LONG);
    // More may come, and be packed, while others are unpacked.
    const open = [...this.open];
    const last = this.next - 1;
    const packed = this.packed.filter((run) => run.last > after);
    let frames = '';
    for (const { run } of packed) frames += framesAfter(await unpackFrames((await run).frames), after).frames;
    for (const piece of open) {
      if (piece.first > after) frames += piece.frames;
      else if (piece.last > after) frames += framesAfter(piece.frames, after).frames;
    }
    return { frames, last };
  }

  private get isWhole(): boolean {
    return this.length <= MAX_LENGTH;
  }

  private close(): void {
    const [begin] = this.open;
    const end = this.open.at(-1);
    if (!begin || !end) return;
    const text = this.open.map(({ frames }) => frames).join('');
    const run = packFrames(text).then((frames) => ({ first: begin.first, last: end.last, frames }));
    this.packed.push({ last: end.last, run });
    this.open = [];
    this.openLength = 0;
  }
}

export const TOO_LONG = 'The response was too long for its events to be kept: retrieve it without a stream.';

/** Stands for events that were too many to keep. */
const LOST: EventRun = { first: 0, last: 2 ** 31 - 1, frames: new Uint8Array() };

export function isLost(run: EventRun): boolean {
  return run.frames.length === 0;
}
