import { Injectable, type OnModuleInit } from '@nestjs/common';
import { GatewaySettingsStore } from '../../config/file/settings.port.js';
import { Metrics, type RouteState } from '../../telemetry/metrics/metrics.port.js';
import { HealthBook } from './health/health-book.js';
import type { TargetHealth } from './health/target-health.js';

/** Shows the state of routes and configuration at each scrape; nothing is counted on a request for it. */
@Injectable()
export class RoutingMetrics implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly book: HealthBook,
    private readonly settings: GatewaySettingsStore,
  ) {}

  onModuleInit(): void {
    this.metrics.watch({
      routes: () => this.routes(),
      config: () => ({
        version: this.settings.current.version,
        loadedAt: this.settings.loadedAt.getTime() / 1000,
        reloadFailed: this.settings.lastError !== undefined,
      }),
    });
  }

  private *routes(): Iterable<RouteState> {
    for (const health of this.book.all()) yield this.stateOf(health);
  }

  private stateOf({ target, breaker, state }: TargetHealth): RouteState {
    const { provider, key, model, weight } = target;
    return {
      provider,
      key,
      model,
      breaker: breaker.state,
      weight,
      health: state.name,
      cooldownMs: this.book.cooldowns.waitMs(target.id),
    };
  }
}
