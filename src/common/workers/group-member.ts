import { GROUP } from './group-topics.js';
import type { Peer } from './peer.js';
import type { Topic } from './topic.js';
import { WorkerGroup } from './worker-group.port.js';
import type { WorkerIdentity } from './worker-identity.js';

interface Listener {
  hear(message: unknown, from: number): void;
}

/** One of several workers, with its pipe to the supervisor. */
export class GroupMember extends WorkerGroup {
  override readonly id: number;
  override readonly size: number;
  override readonly folder: string | undefined;
  private readonly listeners = new Map<string, Listener>();
  private readonly mourners: Array<(id: number) => void> = [];

  constructor(
    private readonly peer: Peer,
    { id, size, folder }: WorkerIdentity,
  ) {
    super();
    this.id = id;
    this.size = size;
    this.folder = folder;
    peer.on(GROUP.told, ([topic, message, from]) => this.listeners.get(topic)?.hear(message, from));
    peer.on(GROUP.left, (other) => {
      for (const hear of this.mourners) hear(other);
    });
  }

  override tell<Body>({ name }: Topic<Body>, message: Body, to?: number): void {
    this.peer.post(GROUP.tell, [name, message, to ?? null]);
  }

  override hear<Body>({ name }: Topic<Body>, hear: (message: Body, from: number) => void): void {
    this.listeners.set(name, { hear });
  }

  override onLeft(hear: (id: number) => void): void {
    this.mourners.push(hear);
  }

  override post<Body>(topic: Topic<Body>, message: Body): void {
    this.peer.post(topic, message);
  }

  override ask<Body, Answer>(topic: Topic<Body, Answer>, message: Body): Promise<Answer> {
    return this.peer.ask(topic, message);
  }

  override answer<Body, Answer>(topic: Topic<Body, Answer>, answer: (message: Body) => Answer | Promise<Answer>): void {
    this.peer.on(topic, answer);
  }

  /** Hears that the supervisor has ended. */
  onOrphaned(hear: () => void): void {
    this.peer.onClosed(hear);
  }
}
