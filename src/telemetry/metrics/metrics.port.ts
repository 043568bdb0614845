import type { FastifyReply } from 'fastify';
import type { Seat } from '../../common/collections/roll.js';
import type { RequestSummary } from '../request-summary.js';

export type BreakerState = 'closed' | 'half-open' | 'open';
export type RouteHealth = 'healthy' | 'degraded' | 'recovering' | 'failed';

/** One key and model of a provider as the router sees it now. */
export interface RouteState {
  readonly provider: string;
  /** The key's name; never the key. */
  readonly key: string;
  readonly model: string;
  readonly breaker: BreakerState;
  /** Share of the traffic that it should get, 0 to 1. */
  readonly weight: number;
  readonly health?: RouteHealth;
  /** Milliseconds until it is used again after the provider asked for a pause; 0 when it may be used. */
  readonly cooldownMs?: number;
}

/** The configuration in force. */
export interface ConfigState {
  readonly version: string;
  /** Unix seconds. */
  readonly loadedAt: number;
  /** Whether the last try to load another one failed, so that an old one is in force. */
  readonly reloadFailed: boolean;
}

/** How loaded the process is, and what it refused for it, by reason. */
export interface OverloadState {
  /** 0 is normal; see OverloadLevel. */
  readonly level: number;
  readonly shed: Readonly<Record<string, number>>;
}

/** What became of the spans of traces since the start. */
export interface SpanCounts {
  readonly exported: number;
  readonly dropped: number;
}

/** How limits, budgets and the ledger stand in this process. */
export interface GovernanceState {
  /** False while limits are decided without the shared counters. */
  readonly limiterUp: boolean;
  readonly nodes: number;
  readonly leases: number;
  readonly pendingSettlements: number;
  readonly lostSettlements: number;
  /** Since the start, by how they were made. */
  readonly decisions: Readonly<Record<string, number>>;
  /** The most that a budget's counter was wrong by, as a share of its amount; undefined while nobody has looked. */
  readonly budgetDrift: number | undefined;
  readonly backlog: number;
  readonly unfinished: number;
  readonly logBytes: number;
  readonly accepting: boolean;
}

/** State that is read when the metrics are scraped, so that it costs nothing on a request. */
export interface MetricSources {
  /** Whether a model's name may become a label: names that callers make up may not. */
  isKnownModel(provider: string, model: string): boolean;
  routes(): Iterable<RouteState>;
  config(): ConfigState;
  overload(): OverloadState;
  spans(): SpanCounts;
  governance(): GovernanceState;
}

/** Counts what the gateway does. The class is the injection token. */
export abstract class Metrics {
  /** Value of the `content-type` header of what `render` gives. */
  abstract readonly contentType: string;

  /** Says where to read states; later calls add to earlier ones. */
  abstract watch(sources: Partial<MetricSources>): void;
  /** A request has arrived. @returns what `requestDone` is called with */
  abstract requestStarted(reply: FastifyReply): Seat<FastifyReply> | undefined;
  /** Its socket is done with it. Called once for each requestStarted. */
  abstract requestDone(summary: RequestSummary, seat: Seat<FastifyReply> | undefined): void;
  /** A key was set aside for a model; the reason is from a fixed list. */
  abstract cooldownStarted(provider: string, key: string, model: string, reason: string): void;
  /** Everything in Prometheus' text format. */
  abstract render(): Promise<string>;
}
