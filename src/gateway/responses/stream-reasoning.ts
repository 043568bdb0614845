import type { Ending } from './ending.js';
import type { EventLog } from './event-log.js';
import { reasoningItem } from './output-items.js';
import type { OutputReasoning, SummaryText } from './response-object.types.js';
import type { StreamItem } from './stream-item.js';

/** A reasoning item under way: one summary part, which holds the whole reasoning. */
export class StreamReasoning implements StreamItem {
  private written = '';
  private status: 'in_progress' | Ending['status'] = 'in_progress';

  constructor(
    private readonly log: EventLog,
    private readonly index: number,
    private readonly id: string,
    private readonly sealed: boolean,
  ) {
    log.add({
      type: 'response.output_item.added',
      sequence_number: log.next(),
      output_index: index,
      item: { type: 'reasoning', id, summary: [] },
    });
    log.add({
      type: 'response.reasoning_summary_part.added',
      sequence_number: log.next(),
      item_id: id,
      output_index: index,
      summary_index: 0,
      part: { type: 'summary_text', text: '' },
    });
  }

  get isOpen(): boolean {
    return this.status === 'in_progress';
  }

  append(delta: string): void {
    this.written += delta;
    this.log.add({
      type: 'response.reasoning_summary_text.delta',
      sequence_number: this.log.next(),
      item_id: this.id,
      output_index: this.index,
      summary_index: 0,
      delta,
    });
  }

  close(ending: Ending['status'], isLast: boolean): void {
    if (!this.isOpen) return;
    const { log, written: text } = this;
    const place = { item_id: this.id, output_index: this.index, summary_index: 0 };
    const part: SummaryText = { type: 'summary_text', text };
    log.add({ type: 'response.reasoning_summary_text.done', sequence_number: log.next(), ...place, text });
    log.add({ type: 'response.reasoning_summary_part.done', sequence_number: log.next(), ...place, part });
    this.status = isLast ? ending : 'completed';
    log.add({
      type: 'response.output_item.done',
      sequence_number: log.next(),
      output_index: this.index,
      item: this.snapshot(),
    });
  }

  snapshot(): OutputReasoning {
    const item = reasoningItem(this.id, this.written, this.sealed);
    if (this.status !== 'completed') item.status = 'incomplete';
    return item;
  }
}
