import type { ToolCallDelta } from '../openai/chat.types.js';
import type { StreamCall } from './stream-call.js';

interface Slot {
  id: string;
  name: string;
  /** Arguments that came before the call could be announced. */
  waiting: string;
  item?: StreamCall;
}

/** The function calls of a streamed answer by the upstream's index; several may grow at once. */
export class StreamCalls {
  private readonly slots = new Map<number, Slot>();
  private readonly unannounced = new Set<Slot>();
  private readonly growing = new Set<StreamCall>();

  constructor(private readonly announce: (upstreamId: string, name: string) => StreamCall) {}

  push(delta: ToolCallDelta): void {
    const slot = this.slotOf(delta);
    const fragment = delta.function.arguments ?? '';
    if (slot.item) {
      slot.item.append(fragment);
      return;
    }
    slot.id ||= delta.id ?? '';
    slot.name ||= delta.function.name ?? '';
    slot.waiting += fragment;
    if (slot.id !== '' && slot.name !== '') this.start(slot);
  }

  /** Ends the calls whose arguments are whole, as something else begins; the others may go on beside it. */
  closeWhole(): void {
    for (const item of this.growing) {
      if (!item.isWhole) continue;
      item.close('completed', false);
      this.growing.delete(item);
    }
  }

  /** Announces what is still waiting for an id or a name, at the end of the answer. */
  flush(): void {
    for (const slot of this.unannounced) this.start(slot);
  }

  /** An upstream that gives all its calls one index tells them apart by id and name. */
  private slotOf({ index, id, function: { name } }: ToolCallDelta): Slot {
    const known = this.slots.get(index);
    if (known && !(id && name && known.id && id !== known.id)) return known;
    const slot: Slot = { id: '', name: '', waiting: '' };
    this.slots.set(index, slot);
    this.unannounced.add(slot);
    return slot;
  }

  private start(slot: Slot): void {
    this.unannounced.delete(slot);
    const item = this.announce(slot.id, slot.name);
    slot.item = item;
    this.growing.add(item);
    item.append(slot.waiting);
  }
}
