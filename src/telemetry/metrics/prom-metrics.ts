import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { Roll, type Seat } from '../../common/collections/roll.js';
import type { RequestSummary } from '../request-summary.js';
import { LoneWorker } from '../../common/workers/lone-worker.js';
import { METRICS } from '../../common/workers/metrics-topics.js';
import type { WorkerGroup } from '../../common/workers/worker-group.port.js';
import { AttemptMeters } from './attempt-meters.js';
import { addWorkerGauges, scrapeGroup, snapshotOf } from './group-scrape.js';
import { OTHER } from './label-sets.js';
import { type MetricSources, Metrics } from './metrics.port.js';
import { RequestMeters } from './request-meters.js';
import { StateGauges } from './state-gauges.js';

/** Most label sets of requests and of attempts; what is beyond is counted as `other`. */
const MAX_SETS = 400;
const NONE = 'none';

/** Metrics in memory, for Prometheus to fetch. A request costs a few counters; a chunk of a stream costs nothing. */
export class PromMetrics extends Metrics implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly registry = new Registry();
  override readonly contentType = this.registry.contentType;
  private readonly sources: Partial<MetricSources> = {};
  private readonly requests: RequestMeters;
  private readonly attempts: AttemptMeters;
  private readonly gauges: StateGauges;
  private readonly live = new Roll<FastifyReply>();

  constructor(
    maxSets = MAX_SETS,
    private readonly group: WorkerGroup = new LoneWorker(),
  ) {
    super();
    this.requests = new RequestMeters(this.registry, maxSets);
    this.attempts = new AttemptMeters(this.registry, maxSets);
    const state = {
      inFlight: () => this.live.size,
      openStreams: () => this.countStreams(),
      overflows: () => this.requests.sets.overflows + this.attempts.sets.overflows,
    };
    this.gauges = new StateGauges(this.registry, this.sources, state, maxSets);
    collectDefaultMetrics({ register: this.registry });
    if (group.isAlone) return;
    addWorkerGauges(this.registry, group.id);
    group.answer(METRICS.snapshot, () => snapshotOf(this.registry));
  }

  onApplicationBootstrap(): void {
    this.gauges.start();
  }

  onApplicationShutdown(): void {
    this.gauges.stop();
  }

  override watch(sources: Partial<MetricSources>): void {
    Object.assign(this.sources, sources);
  }

  override requestStarted(reply: FastifyReply): Seat<FastifyReply> {
    return this.live.join(reply);
  }

  override requestDone(summary: RequestSummary, seat: Seat<FastifyReply> | undefined): void {
    if (seat) this.live.leave(seat);
    const { operation, call } = summary;
    const provider = call?.provider ?? NONE;
    const stream = String(summary.stream);
    const given = call?.model ?? NONE;
    const set =
      this.requests.sets.find(operation, provider, given, stream) ??
      this.requests.sets.get(operation, provider, this.labelOf(provider, given), stream);
    set.record(summary);
    for (const record of call?.trail ?? []) this.attemptSet(record.provider, record.key, record.model).record(record);
  }

  override cooldownStarted(provider: string, key: string, model: string, reason: string): void {
    this.attemptSet(provider, key, model).cooldown(reason);
  }

  override render(): Promise<string> {
    return this.group.isAlone ? this.registry.metrics() : scrapeGroup(this.group);
  }

  private attemptSet(provider: string, key: string, model: string) {
    const { sets } = this.attempts;
    return sets.find(provider, key, model) ?? sets.get(provider, key, this.labelOf(provider, model));
  }

  /** A caller can send any name to a provider: it must not become a label, or he could fill the memory with them. */
  private labelOf(provider: string, model: string): string {
    return model === NONE || this.sources.isKnownModel?.(provider, model) ? model : OTHER;
  }

  private countStreams(): number {
    let open = 0;
    for (const reply of this.live) {
      const type = reply.raw.headersSent ? reply.getHeader('content-type') : undefined;
      if (typeof type === 'string' && type.startsWith('text/event-stream')) open++;
    }
    return open;
  }
}
