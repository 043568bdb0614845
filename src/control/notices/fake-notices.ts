import { Notices } from './notices.port.js';

/** Tells those who listen in this process; several nodes may share one. Can lose everything. */
export class FakeNotices extends Notices {
  /** Whether messages get lost. */
  lossy = false;
  readonly published: Array<readonly [topic: string, message: string]> = [];
  private readonly listeners = new Map<string, Set<(message: string) => void>>();

  override async publish(topic: string, message: string): Promise<void> {
    this.published.push([topic, message]);
    if (this.lossy) return;
    for (const hear of this.listeners.get(topic) ?? []) hear(message);
  }

  override on(topic: string, hear: (message: string) => void): () => void {
    const set = this.listeners.get(topic) ?? new Set();
    this.listeners.set(topic, set.add(hear));
    return () => set.delete(hear);
  }
}
