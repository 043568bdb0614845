import { ResponseIds } from './response-ids.js';

/** Counts instead of drawing lots: `resp_01`, `msg_01`, `msg_02`, `fc_01` … */
export class FakeResponseIds extends ResponseIds {
  private readonly counts = new Map<string, number>();

  override response(): string {
    return this.next('resp');
  }

  override message(): string {
    return this.next('msg');
  }

  override functionCall(): string {
    return this.next('fc');
  }

  override reasoning(): string {
    return this.next('rs');
  }

  override call(): string {
    return this.next('call');
  }

  private next(prefix: string): string {
    const count = (this.counts.get(prefix) ?? 0) + 1;
    this.counts.set(prefix, count);
    return `${prefix}_${String(count).padStart(2, '0')}`;
  }
}
