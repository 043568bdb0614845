import { PeerGone } from './peer.js';
import type { Topic } from './topic.js';
import { WorkerGroup } from './worker-group.port.js';

interface Listener {
  hear(message: unknown, from: number): void;
}

/** Workers inside one process, which hear each other at once, or when they are let. There is no supervisor. */
export class FakeWorkerGroup extends WorkerGroup {
  override readonly folder: string | undefined = undefined;
  private readonly listeners = new Map<string, Listener>();
  /** What was not delivered yet. */
  private held: Array<() => void> | undefined;
  private readonly mourners: Array<(id: number) => void> = [];

  private constructor(
    override readonly id: number,
    override readonly size: number,
    private readonly all: Map<number, FakeWorkerGroup>,
  ) {
    super();
  }

  static of(size: number): FakeWorkerGroup[] {
    const all = new Map<number, FakeWorkerGroup>();
    for (let id = 1; id <= size; id++) all.set(id, new FakeWorkerGroup(id, size, all));
    return [...all.values()];
  }

  /** Another process in the place of one that ends. */
  replace(): FakeWorkerGroup {
    const next = new FakeWorkerGroup(this.id, this.size, this.all);
    this.all.set(this.id, next);
    for (const other of this.others()) for (const hear of other.mourners) hear(this.id);
    return next;
  }

  override tell<Body>({ name }: Topic<Body>, message: Body, to?: number): void {
    for (const other of this.others()) {
      if (to !== undefined && to !== other.id) continue;
      // As JSON brings it.
      const copy: unknown = JSON.parse(JSON.stringify(message));
      const deliver = (): void => other.listeners.get(name)?.hear(copy, this.id);
      if (other.held) other.held.push(deliver);
      else deliver();
    }
  }

  /** It hears nothing until it is caught up, as a busy process does. */
  lag(): void {
    this.held ??= [];
  }

  catchUp(): void {
    const held = this.held ?? [];
    this.held = undefined;
    for (const deliver of held) deliver();
  }

  override hear<Body>({ name }: Topic<Body>, hear: (message: Body, from: number) => void): void {
    this.listeners.set(name, { hear });
  }

  override onLeft(hear: (id: number) => void): void {
    this.mourners.push(hear);
  }

  override post(): void {
    // There is no supervisor.
  }

  override ask<Answer>(): Promise<Answer> {
    return Promise.reject(new PeerGone());
  }

  override answer(): void {
    // There is no supervisor.
  }

  private others(): FakeWorkerGroup[] {
    return [...this.all.values()].filter(({ id }) => id !== this.id);
  }
}
