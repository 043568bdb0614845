import { type Aggregator, Counter, Gauge, type Registry } from 'prom-client';
import { type LoopDelay, LoopDelayMeter } from './loop-delay.js';
import { addGovernanceGauges } from './governance-gauges.js';
import { OTHER } from './label-sets.js';
import type { BreakerState, MetricSources, RouteHealth, RouteState } from './metrics.port.js';

const BREAKER: Readonly<Record<BreakerState, number>> = { closed: 0, 'half-open': 1, open: 2 };
const HEALTH: Readonly<Record<RouteHealth, number>> = { healthy: 0, degraded: 1, recovering: 2, failed: 3 };
/** Shortest time over which the loop's delay is taken, so that several scrapers do not empty each other's window. */
const LOOP_WINDOW_MS = 10_000;
const ROUTE = ['provider', 'key', 'model'];

/** What is known of the process itself when it is scraped. */
export interface ProcessState {
  readonly inFlight: () => number;
  readonly openStreams: () => number;
  readonly overflows: () => number;
}

/** What several workers' values make together, where it is not their sum. */
const TOGETHER: Readonly<Record<string, Aggregator>> = {
  asbru_event_loop_delay_p50_seconds: 'max',
  asbru_event_loop_delay_p99_seconds: 'max',
  asbru_breaker_state: 'max',
  asbru_key_weight: 'average',
  asbru_key_health: 'max',
  asbru_cooldown_seconds: 'max',
  asbru_config_info: 'first',
  asbru_config_loaded_timestamp_seconds: 'min',
  asbru_config_reload_failed: 'max',
  asbru_overload_level: 'max',
};

type SetValue = (labels: Record<string, string>, value: number) => void;

/** Gauges that are read when the metrics are scraped, and cost nothing until then. */
export class StateGauges {
  private readonly loop = new LoopDelayMeter();
  private loopDelay: LoopDelay | undefined;
  private loopReadAt = performance.now();

  constructor(
    private readonly registry: Registry,
    private readonly sources: Partial<MetricSources>,
    state: ProcessState,
    private readonly maxRoutes: number,
  ) {
    this.single('asbru_in_flight_requests', 'Requests being answered, health and metrics left out', state.inFlight);
    this.single('asbru_streams_open', 'Streamed answers that have begun and not ended', state.openStreams);
    this.single('asbru_label_overflows_total', 'Times that a new label set was counted as "other"', state.overflows);
    this.addLoop();
    this.addRoutes();
    this.addConfig();
    this.addOverload();
    this.addSpans();
    addGovernanceGauges(
      {
        single: (...options) => this.single(...options),
        labelled: (...options) => this.labelled(...options),
      },
      () => this.sources.governance?.(),
    );
  }

  start(): void {
    this.loop.start();
  }

  stop(): void {
    this.loop.stop();
  }

  private addLoop(): void {
    const read = (): LoopDelay => {
      const now = performance.now();
      if (!this.loopDelay || now - this.loopReadAt >= LOOP_WINDOW_MS) {
        this.loopDelay = this.loop.take();
        this.loopReadAt = now;
      }
      return this.loopDelay;
    };
    const help = 'How late the event loop runs its timers, over the time since about the last scrape';
    this.single('asbru_event_loop_delay_p50_seconds', help, () => read().p50 / 1000);
    this.single('asbru_event_loop_delay_p99_seconds', help, () => read().p99 / 1000);
  }

  private addRoutes(): void {
    this.perRoute('asbru_breaker_state', 'Circuit breaker: 0 closed, 1 half open, 2 open', ({ breaker }) => {
      return BREAKER[breaker];
    });
    this.perRoute('asbru_key_weight', 'Share of the traffic that the key gets for the model, 0 to 1', (route) => {
      return route.weight;
    });
    this.perRoute('asbru_key_health', 'Key and model: 0 healthy, 1 degraded, 2 recovering, 3 failed', ({ health }) => {
      return health && HEALTH[health];
    });
    this.perRoute('asbru_cooldown_seconds', 'Time until the key is used again for the model', ({ cooldownMs }) => {
      return cooldownMs === undefined ? undefined : Math.max(0, cooldownMs) / 1000;
    });
  }

  private addConfig(): void {
    const config = () => this.sources.config?.();
    this.labelled('asbru_config_info', 'The configuration in force', ['version'], (set) => {
      const state = config();
      if (state) set({ version: state.version }, 1);
    });
    this.single('asbru_config_loaded_timestamp_seconds', 'When the configuration in force was loaded', () => {
      return config()?.loadedAt;
    });
    this.single(
      'asbru_config_reload_failed',
      '1 when the last reload failed and an older configuration is in force',
      () => {
        const state = config();
        return state && Number(state.reloadFailed);
      },
    );
  }

  private addOverload(): void {
    this.single('asbru_overload_level', '0 normal, 1 degraded, 2 sheds low priority, 3 sheds all, 4 critical', () => {
      return this.sources.overload?.().level;
    });
    this.labelled('asbru_requests_shed_total', 'Requests refused because of overload', ['reason'], (set) => {
      for (const [reason, count] of Object.entries(this.sources.overload?.().shed ?? {})) set({ reason }, count);
    });
  }

  private addSpans(): void {
    this.single('asbru_spans_exported_total', 'Spans that the collector took', () => this.sources.spans?.().exported);
    this.single('asbru_spans_dropped_total', 'Spans that were lost', () => this.sources.spans?.().dropped);
  }

  /** A number without labels; absent while nobody knows it. */
  private single(name: string, help: string, read: () => number | undefined): void {
    this.labelled(name, help, [], (set) => {
      const value = read();
      if (value !== undefined) set({}, value);
    });
  }

  private perRoute(name: string, help: string, read: (route: RouteState) => number | undefined): void {
    this.labelled(name, help, ROUTE, (set) => {
      for (const route of this.routes()) {
        const value = read(route);
        const { provider, key, model } = route;
        if (value !== undefined) set({ provider, key, model }, value);
      }
    });
  }

  /** Routes may exist for what a caller made up: only known models are shown, and not more than there is room for. */
  private routes(): RouteState[] {
    const shown: RouteState[] = [];
    for (const route of this.sources.routes?.() ?? []) {
      if (shown.length >= this.maxRoutes) break;
      if (route.model === OTHER || this.sources.isKnownModel?.(route.provider, route.model)) shown.push(route);
    }
    return shown;
  }

  /** What is called a total only grows since the start, and is a counter for Prometheus. */
  private labelled(name: string, help: string, labelNames: string[], fill: (set: SetValue) => void): void {
    const options = { name, help, labelNames, registers: [this.registry], aggregator: TOGETHER[name] ?? 'sum' };
    if (name.endsWith('_total')) {
      const counter: Counter = new Counter({
        ...options,
        collect() {
          counter.reset();
          fill((labels, value) => counter.inc(labels, value));
        },
      });
      return;
    }
    const gauge: Gauge = new Gauge({
      ...options,
      collect() {
        gauge.reset();
        // Without labels a reset leaves a zero, which would be taken for a value.
        if (labelNames.length === 0) gauge.remove();
        fill((labels, value) => gauge.set(labels, value));
      },
    });
  }
}
