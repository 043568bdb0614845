import { Notices } from '../notices/notices.port.js';

/** Notices inside one process, which can be lost. */
export class FakeNotices extends Notices {
  lossy = false;
  private readonly listeners = new Set<{ topic: string; hear: (message: string) => void }>();

  override async publish(topic: string, message: string): Promise<void> {
    if (this.lossy) return;
    for (const listener of this.listeners) if (listener.topic === topic) listener.hear(message);
  }

  override on(topic: string, hear: (message: string) => void): () => void {
    const listener = { topic, hear };
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
}
