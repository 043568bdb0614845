import type { Ending } from './ending.js';
import type { EventLog } from './event-log.js';
import { messageItem, refusalPart, textPart } from './output-items.js';
import type { ItemStatus, OutputContent, OutputLogprob, OutputMessage } from './response-object.types.js';
import type { StreamItem } from './stream-item.js';

/** A message item under way: text and refusal are parts of it, one open at a time. */
export class StreamMessage implements StreamItem {
  private readonly parts: OutputContent[] = [];
  private kind?: OutputContent['type'];
  private written = '';
  private logprobs: OutputLogprob[] = [];
  private status: ItemStatus = 'in_progress';

  constructor(
    private readonly log: EventLog,
    private readonly index: number,
    private readonly id: string,
  ) {
    log.add({
      type: 'response.output_item.added',
      sequence_number: log.next(),
      output_index: index,
      item: messageItem(id, 'in_progress', []),
    });
  }

  get isOpen(): boolean {
    return this.status === 'in_progress';
  }

  text(delta: string, logprobs: OutputLogprob[]): void {
    this.openPart('output_text');
    this.written += delta;
    this.addLogprobs(logprobs);
    this.log.add({
      type: 'response.output_text.delta',
      sequence_number: this.log.next(),
      item_id: this.id,
      output_index: this.index,
      content_index: this.parts.length,
      delta,
      logprobs,
    });
  }

  refusal(delta: string): void {
    this.openPart('refusal');
    this.written += delta;
    this.log.add({
      type: 'response.refusal.delta',
      sequence_number: this.log.next(),
      item_id: this.id,
      output_index: this.index,
      content_index: this.parts.length,
      delta,
    });
  }

  /** Logprobs of tokens that gave no text of their own, such as the first half of a character. */
  addLogprobs(logprobs: OutputLogprob[]): void {
    for (const logprob of logprobs) this.logprobs.push(logprob);
  }

  /** Announces a part unless it is the open one already. */
  openPart(kind: OutputContent['type']): void {
    if (this.kind === kind) return;
    this.closePart();
    this.kind = kind;
    this.log.add({
      type: 'response.content_part.added',
      sequence_number: this.log.next(),
      item_id: this.id,
      output_index: this.index,
      content_index: this.parts.length,
      part: kind === 'refusal' ? refusalPart('') : textPart('', []),
    });
  }

  close(ending: Ending['status'], isLast: boolean): void {
    if (!this.isOpen) return;
    this.closePart();
    this.status = isLast ? ending : 'completed';
    this.log.add({
      type: 'response.output_item.done',
      sequence_number: this.log.next(),
      output_index: this.index,
      item: this.snapshot(),
    });
  }

  snapshot(): OutputMessage {
    const part = this.openPartSnapshot();
    return messageItem(
      this.id,
      this.isOpen ? 'incomplete' : this.status,
      part ? [...this.parts, part] : [...this.parts],
    );
  }

  private openPartSnapshot(): OutputContent | undefined {
    if (this.kind === undefined) return undefined;
    return this.kind === 'refusal' ? refusalPart(this.written) : textPart(this.written, this.logprobs);
  }

  private closePart(): void {
    const part = this.openPartSnapshot();
    if (!part) return;
    const place = { item_id: this.id, output_index: this.index, content_index: this.parts.length };
    if (part.type === 'refusal') {
      const { refusal } = part;
      this.log.add({ type: 'response.refusal.done', sequence_number: this.log.next(), ...place, refusal });
    } else {
      const { text, logprobs } = part;
      this.log.add({ type: 'response.output_text.done', sequence_number: this.log.next(), ...place, text, logprobs });
    }
    this.log.add({ type: 'response.content_part.done', sequence_number: this.log.next(), ...place, part });
    this.parts.push(part);
    this.kind = undefined;
    this.written = '';
    this.logprobs = [];
  }
}
