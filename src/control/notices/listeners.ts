import { Logger } from '@nestjs/common';

type Hear = (message: string) => void;

/** Who listens to what, inside this process. */
export class Listeners {
  private readonly logger = new Logger('Notices');
  private readonly byTopic = new Map<string, Set<{ readonly hear: Hear }>>();

  /** @returns stops listening */
  add(topic: string, hear: Hear): () => void {
    const listener = { hear };
    const listeners = this.byTopic.get(topic) ?? new Set();
    this.byTopic.set(topic, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.byTopic.get(topic) === listeners) this.byTopic.delete(topic);
    };
  }

  /** One that fails keeps no other from hearing. */
  tell(topic: string, message: string): void {
    for (const { hear } of Array.from(this.byTopic.get(topic) ?? [])) {
      try {
        hear(message);
      } catch (error) {
        this.logger.error({ err: error, topic }, 'a notice could not be dealt with');
      }
    }
  }
}
