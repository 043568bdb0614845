import { topic } from '../../common/workers/topic.js';
import type { WorkerGroup } from '../../common/workers/worker-group.port.js';
import { Listeners } from './listeners.js';
import { Notices } from './notices.port.js';

const NOTICE = topic<readonly [topic: string, message: string]>('notices');

/** Notices of a gateway that is alone: inside its process, and to its other workers by way of their supervisor. */
export class LocalNotices extends Notices {
  private readonly listeners = new Listeners();

  constructor(private readonly group: WorkerGroup) {
    super();
    group.hear(NOTICE, ([name, message]) => this.listeners.tell(name, message));
  }

  override async publish(name: string, message: string): Promise<void> {
    this.group.tell(NOTICE, [name, message]);
    this.listeners.tell(name, message);
  }

  override on(name: string, hear: (message: string) => void): () => void {
    return this.listeners.add(name, hear);
  }
}
