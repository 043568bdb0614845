import cluster, { type Worker } from 'node:cluster';
import { Duplex } from 'node:stream';
import { GROUP } from '../common/workers/group-topics.js';
import { Peer } from '../common/workers/peer.js';
import { workerArgument } from '../common/workers/worker-identity.js';
import { redealHandOffs } from './hand-offs.js';
import { LastWords } from './last-words.js';

/** Between the end of a worker and the start of the next one, in milliseconds: at first, and at most. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
/** A worker that ends sooner after its start has not been well. */
const STEADY_MS = 10_000;
/** So many starts that fail one after the other are enough. */
const MOST_FAILED_STARTS = 5;

/** What becomes of a worker. */
export interface SlotEvents {
  /** It was started, and can be talked to. */
  begun(slot: WorkerSlot, peer: Peer): void;
  ready(slot: WorkerSlot): void;
  ended(slot: WorkerSlot, end: WorkerEnd): void;
  /** It cannot be started, however often it is tried. */
  failed(slot: WorkerSlot, status: number): void;
}

/** How a process ended. */
export interface WorkerEnd {
  readonly pid: number | undefined;
  readonly code: number | null;
  readonly signal: string | null;
  /** Milliseconds until there is another one; undefined: there will be none. */
  readonly againInMs: number | undefined;
}

/** The place of one worker: a process, and the next one when it ends without having been asked to. */
export class WorkerSlot {
  /** How often a process took the place of another. */
  restarts = 0;
  private worker: Worker | undefined;
  private peer: Peer | undefined;
  private isFirst = false;
  private isReady = false;
  private isStopping = false;
  private startedAt = 0;
  private badEnds = 0;
  private failedStarts = 0;
  private told = '';
  private restart: NodeJS.Timeout | undefined;

  constructor(
    readonly id: number,
    private readonly size: number,
    private readonly folder: string | undefined,
    private readonly events: SlotEvents,
  ) {}

  get isRunning(): boolean {
    return this.worker !== undefined;
  }

  /** @param isFirst whether it is the first of all workers, which says what is to be said once */
  start(isFirst: boolean): void {
    const args = [workerArgument({ id: this.id, size: this.size, isFirst, folder: this.folder })];
    // The second pipe is this one's: workers.module.ts opens its other end.
    cluster.setupPrimary({ args, stdio: ['inherit', 'inherit', 'pipe', 'pipe', 'ipc'] });
    const worker = cluster.fork();
    redealHandOffs(worker.process);
    const pipe = worker.process.stdio[3];
    if (!(pipe instanceof Duplex)) throw new Error('A worker was started without its pipe');
    const words = new LastWords(worker.process.stderr);
    const peer = new Peer(pipe);
    this.worker = worker;
    this.peer = peer;
    this.isFirst = isFirst;
    this.isReady = false;
    this.startedAt = performance.now();
    peer.on(GROUP.ready, () => this.noteReady(words));
    // Not `exit`, which may come before its last words.
    worker.process.once('close', (code, signal) => this.end({ pid: worker.process.pid, code, signal }, words));
    // Whatever it is, its end tells it.
    worker.on('error', () => undefined);
    this.events.begun(this, peer);
  }

  /** Lets it answer what it has; nothing takes its place. */
  drain(signal: NodeJS.Signals): void {
    this.leave();
    // One that is only starting has nothing to answer.
    if (this.isReady) this.peer?.post(GROUP.drain, signal);
    else this.kill();
  }

  kill(): void {
    this.leave();
    this.worker?.process.kill('SIGKILL');
  }

  /** Passes a signal on. */
  signal(signal: NodeJS.Signals): void {
    if (this.isReady) this.worker?.process.kill(signal);
  }

  private leave(): void {
    this.isStopping = true;
    clearTimeout(this.restart);
  }

  private noteReady(words: LastWords): void {
    words.pass();
    this.isReady = true;
    this.failedStarts = 0;
    this.told = '';
    this.events.ready(this);
  }

  private end(end: Omit<WorkerEnd, 'againInMs'>, words: LastWords): void {
    const hadStarted = this.isReady;
    const wasSteady = hadStarted && performance.now() - this.startedAt > STEADY_MS;
    this.worker = undefined;
    this.peer = undefined;
    this.isReady = false;
    if (!hadStarted && !this.isStopping) {
      this.told = words.pass(this.told);
      this.failedStarts++;
    }
    this.badEnds = wasSteady ? 0 : this.badEnds + 1;
    // What keeps the very first from starting is for a person to mend.
    const isHopeless = this.failedStarts >= (this.isFirst ? 1 : MOST_FAILED_STARTS);
    if (this.isStopping || isHopeless) this.events.ended(this, { ...end, againInMs: undefined });
    else this.startAgain(end);
    if (isHopeless) this.events.failed(this, end.code || 1);
  }

  private startAgain(end: Omit<WorkerEnd, 'againInMs'>): void {
    const againInMs = this.badEnds === 0 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** (this.badEnds - 1), LONGEST_PAUSE_MS);
    this.restart = setTimeout(() => {
      this.restarts++;
      this.start(false);
    }, againInMs);
    this.events.ended(this, { ...end, againInMs });
  }
}
