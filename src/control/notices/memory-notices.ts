import { Listeners } from './listeners.js';
import { Notices } from './notices.port.js';

/** Notices of a gateway that is alone. */
export class MemoryNotices extends Notices {
  private readonly listeners = new Listeners();

  override async publish(topic: string, message: string): Promise<void> {
    this.listeners.tell(topic, message);
  }

  override on(topic: string, hear: (message: string) => void): () => void {
    return this.listeners.add(topic, hear);
  }
}
