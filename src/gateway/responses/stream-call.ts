import { callStatus, isJsonObject, type Ending } from './ending.js';
import type { EventLog } from './event-log.js';
import { functionCallItem, type CallIdentity } from './output-items.js';
import type { ItemStatus, OutputFunctionCall } from './response-object.types.js';
import type { StreamItem } from './stream-item.js';

/** A function call under way. Several may be open at once. */
export class StreamCall implements StreamItem {
  private written = '';
  private status: ItemStatus = 'in_progress';

  constructor(
    private readonly log: EventLog,
    private readonly index: number,
    private readonly identity: CallIdentity,
  ) {
    log.add({
      type: 'response.output_item.added',
      sequence_number: log.next(),
      output_index: index,
      item: functionCallItem(identity, '', 'in_progress'),
    });
  }

  get isOpen(): boolean {
    return this.status === 'in_progress';
  }

  /** Whether its arguments are a whole JSON object, to which no more than blanks can be added. */
  get isWhole(): boolean {
    return isJsonObject(this.written);
  }

  /** What still comes for a call that was closed because it was whole can only be blanks: it is left out. */
  append(delta: string): void {
    if (delta === '' || !this.isOpen) return;
    this.written += delta;
    this.log.add({
      type: 'response.function_call_arguments.delta',
      sequence_number: this.log.next(),
      item_id: this.identity.id,
      output_index: this.index,
      delta,
    });
  }

  close(ending: Ending['status'], isLast: boolean): void {
    if (!this.isOpen) return;
    this.log.add({
      type: 'response.function_call_arguments.done',
      sequence_number: this.log.next(),
      item_id: this.identity.id,
      output_index: this.index,
      name: this.identity.name,
      arguments: this.written,
    });
    this.status = callStatus(ending, isLast, this.written);
    this.log.add({
      type: 'response.output_item.done',
      sequence_number: this.log.next(),
      output_index: this.index,
      item: this.snapshot(),
    });
  }

  snapshot(): OutputFunctionCall {
    return functionCallItem(this.identity, this.written, this.isOpen ? 'incomplete' : this.status);
  }
}
