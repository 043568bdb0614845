import type { Logger } from 'pino';
import { GROUP } from '../common/workers/group-topics.js';
import type { Peer } from '../common/workers/peer.js';
import { Switchboard } from './switchboard.js';
import { type WorkerEnd, WorkerSlot } from './worker-slot.js';

export interface SupervisorOptions {
  readonly workers: number;
  /** How long workers may take to end once they are asked to, in milliseconds; then they are killed. */
  readonly patienceMs: number;
  /** What the workers share; undefined when there is no place for it. */
  readonly folder: string | undefined;
}

/** What the workers are offered beside each other. */
export interface WorkerService {
  connect(id: number, peer: Peer): void;
}

/**
 * Keeps the workers running: starts the first, the others when it is ready, each again when it ends, and ends itself when
 * all have. Between that it only passes on what they tell each other, and counts for them.
 */
export class Supervisor {
  private readonly slots: readonly WorkerSlot[];
  private readonly switchboard = new Switchboard();
  private readonly end = Promise.withResolvers<number>();
  private hasStarted = false;
  private isDraining = false;
  private status = 0;

  constructor(
    private readonly options: SupervisorOptions,
    private readonly services: readonly WorkerService[],
    private readonly logger: Logger,
  ) {
    const events = {
      begun: (slot: WorkerSlot, peer: Peer) => this.connect(slot, peer),
      ready: () => this.noteReady(),
      ended: (slot: WorkerSlot, end: WorkerEnd) => this.noteEnd(slot, end),
      failed: (slot: WorkerSlot, status: number) => this.giveUp(slot, status),
    };
    const { workers, folder } = options;
    this.slots = Array.from({ length: workers }, (_, index) => new WorkerSlot(index + 1, workers, folder, events));
  }

  /** Resolves with the exit status when all workers have ended. */
  run(): Promise<number> {
    // It migrates, and finds what is wrong with the settings: once, and not each worker for itself.
    this.slots[0]?.start(true);
    return this.end.promise;
  }

  /** Lets the workers answer what they have, all at once; a second call kills them. */
  stop(signal: NodeJS.Signals): void {
    if (this.isDraining) return this.kill(signal);
    this.logger.info({ signal }, 'Asbru is shutting down');
    this.drain(signal);
  }

  /** Passes on a signal that is no end. */
  signal(signal: NodeJS.Signals): void {
    for (const slot of this.slots) slot.signal(signal);
  }

  private connect({ id }: WorkerSlot, peer: Peer): void {
    this.switchboard.connect(id, peer);
    for (const service of this.services) service.connect(id, peer);
    peer.on(GROUP.restarts, () => this.slots.reduce((sum, { restarts }) => sum + restarts, 0));
  }

  private noteReady(): void {
    if (this.hasStarted) return;
    this.hasStarted = true;
    for (const slot of this.slots.slice(1)) if (!this.isDraining) slot.start(false);
  }

  private noteEnd({ id }: WorkerSlot, { pid, code, signal, againInMs }: WorkerEnd): void {
    if (this.isDraining) {
      if (code !== 0) this.status ||= code ?? 1;
    } else if (againInMs !== undefined) {
      this.logger.error({ worker: id, pid, code, signal, againInMs }, 'a worker has ended, and is started again');
    }
    if (this.isDraining) this.endWhenAllHave();
  }

  private giveUp({ id }: WorkerSlot, status: number): void {
    if (this.hasStarted) this.logger.error({ worker: id }, 'a worker cannot be started: Asbru is shutting down');
    this.status = status;
    if (!this.isDraining) this.drain('SIGTERM');
  }

  private drain(signal: NodeJS.Signals): void {
    this.isDraining = true;
    for (const slot of this.slots) slot.drain(signal);
    setTimeout(() => this.kill('SIGKILL'), this.options.patienceMs).unref();
    this.endWhenAllHave();
  }

  private kill(signal: NodeJS.Signals): void {
    this.status = signal === 'SIGINT' ? 130 : 1;
    for (const slot of this.slots) slot.kill();
  }

  private endWhenAllHave(): void {
    if (this.slots.every(({ isRunning }) => !isRunning)) this.end.resolve(this.status);
  }
}
