import type { Case } from '../scenarios/cases.js';
import type { Gateway, Target } from '../targets/target.js';
import type { Core } from './children.js';
import { load, type LoadResult, problemsOf } from './load.js';
import { usageOf } from './process-tree.js';
import type { Upstream } from './upstream.js';

/** What one target did in one round of one case. */
export interface Sample {
  readonly case: string;
  readonly target: string;
  readonly round: number;
  readonly requests: number;
  /** Answers that were not 200, or not whole. */
  readonly problems: number;
  /** Requests that came due and could not be sent: the target is too slow for the rate. */
  readonly unsent: number;
  readonly requestsPerSecond: number;
  readonly chunksPerSecond: number;
  /** Of the target and all its processes, until it had written down what it served. */
  readonly cpuMicrosPerRequest: number;
  readonly cpuMicrosPerChunk: number;
  /** Of one processor, by load and by upstream: 1 together would mean that they are the limit. */
  readonly loadCpu: number;
  readonly upstreamCpu: number;
  /** For streams that are held: what they added to the memory, and took of one processor. */
  readonly bytesPerStream?: number;
  readonly heldStreams?: number;
  readonly heldCpu?: number;
  readonly result: LoadResult;
}

export interface Round {
  readonly of: Case;
  readonly round: number;
  readonly seconds: number;
  readonly loadCore: Core;
  readonly folder: string;
}

/** A target that runs, and what it was asked since its start. */
export class Subject {
  private served = 0;
  /** The rate that it did not reach; until then, any. */
  fastest = Infinity;

  constructor(
    readonly target: Target,
    readonly gateway: Gateway,
    private readonly upstream: Upstream,
  ) {}

  get name(): string {
    return this.target.name;
  }

  /** Rows of its ledger, and the requests that its upstream has seen. They must be equal. */
  async ledger(): Promise<{ target: string; served: number; rows: number } | undefined> {
    const rows = await this.gateway.ledgerRows?.(this.served);
    return rows === undefined ? undefined : { target: this.name, served: this.served, rows };
  }

  async measure({ of, round, seconds, loadCore, folder }: Round): Promise<Sample> {
    const { gateway, upstream } = this;
    await upstream.setAnswer(of.answer);
    const servedBefore = (await upstream.served()).requests;
    const before = usageOf(gateway.pid);
    const upstreamBefore = usageOf(upstream.pid).cpuSeconds;
    const held = new HeldStreams(gateway.pid, before.residentBytes);
    const plan = of.plan(seconds);
    const onHeld = (streams: number): void => held.begin(streams);
    const result = await load(gateway, { plan, body: of.body(gateway.model), folder, core: loadCore, onHeld });
    const heldFigures = held.end();
    const upstreamCpu = usageOf(upstream.pid).cpuSeconds - upstreamBefore;
    this.served += (await upstream.served()).requests - servedBefore;
    // Work that a target puts off is its work all the same.
    await gateway.ledgerRows?.(this.served);
    const cpuMicros = (usageOf(gateway.pid).cpuSeconds - before.cpuSeconds) * 1e6;
    return {
      case: of.id,
      target: this.name,
      round,
      requests: result.requests,
      problems: problemsOf(result, plan),
      unsent: result.unsent,
      requestsPerSecond: result.requests / result.seconds,
      chunksPerSecond: result.events / result.seconds,
      cpuMicrosPerRequest: result.requests > 0 && plan.mode !== 'hold' ? cpuMicros / result.requests : 0,
      cpuMicrosPerChunk: result.events > 0 ? cpuMicros / result.events : 0,
      loadCpu: result.cpu_seconds / result.seconds,
      upstreamCpu: upstreamCpu / result.seconds,
      ...heldFigures,
      result,
    };
  }
}

/** What a target uses from when all streams have begun until the load lets go of them. */
class HeldStreams {
  private streams = 0;
  private cpuSeconds = 0;
  private since = 0;
  private latest: NodeJS.Timeout | undefined;
  private figures: Pick<Sample, 'bytesPerStream' | 'heldStreams' | 'heldCpu'> = {};

  constructor(
    private readonly pid: number | undefined,
    private readonly bytesBefore: number,
  ) {}

  begin(streams: number): void {
    this.streams = streams;
    this.cpuSeconds = usageOf(this.pid).cpuSeconds;
    this.since = performance.now();
    // The load closes its streams before it says so: the last look before that counts.
    this.latest = setInterval(() => this.look(), 250);
  }

  end(): Pick<Sample, 'bytesPerStream' | 'heldStreams' | 'heldCpu'> {
    clearInterval(this.latest);
    return this.figures;
  }

  private look(): void {
    const { cpuSeconds, residentBytes } = usageOf(this.pid);
    this.figures = {
      heldStreams: this.streams,
      bytesPerStream: Math.max(0, residentBytes - this.bytesBefore) / this.streams,
      heldCpu: (cpuSeconds - this.cpuSeconds) / ((performance.now() - this.since) / 1_000),
    };
  }
}
