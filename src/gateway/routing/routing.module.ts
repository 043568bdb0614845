import { Logger, Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { SseInterceptor } from '../../common/sse/sse.interceptor.js';
import { Random, SystemRandom } from '../../common/random/random.port.js';
import { Clock, SystemClock } from '../../common/time/clock.port.js';
import { WorkerGroup } from '../../common/workers/worker-group.port.js';
import { GatewaySettingsStore } from '../../config/file/settings.port.js';
import { ModelsModule } from '../models/models.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { ExplainController } from './explain/explain.controller.js';
import { ExplainService } from './explain/explain.service.js';
import { healthOptionsOf } from './health-options.js';
import { HealthBook, type HealthEvents } from './health/health-book.js';
import { shareHealth, sharingOf } from './health/shared-health.js';
import { InferenceRouter } from './inference-router.port.js';
import { ModelResolver } from './model-resolver.js';
import { ParameterFilterInterceptor } from './parameter-filter.interceptor.js';
import { RoutePlanner } from './plan/route-planner.js';
import { TargetOrders } from './plan/target-orders.js';
import { PlannedRouter } from './planned.router.js';
import { ProviderRoutes } from './provider-routes.port.js';
import { RetryBudgets } from './retry-budgets.js';
import { RoutingMetrics } from './routing-metrics.js';
import { RoutingHints } from './routing-hints.js';

/** Which upstream answers, and what it may be sent. */
@Module({
  imports: [ProvidersModule, ModelsModule],
  controllers: [ExplainController],
  providers: [
    ExplainService,
    RoutingMetrics,
    { provide: Clock, useClass: SystemClock },
    { provide: Random, useClass: SystemRandom },
    ModelResolver,
    RoutePlanner,
    TargetOrders,
    RetryBudgets,
    RoutingHints,
    { provide: InferenceRouter, useClass: PlannedRouter },
    { provide: ProviderRoutes, useExisting: InferenceRouter },
    SseInterceptor,
    ParameterFilterInterceptor,
    { provide: APP_INTERCEPTOR, useExisting: ParameterFilterInterceptor },
    { provide: HealthBook, useFactory: openHealthBook, inject: [Clock, GatewaySettingsStore, WorkerGroup] },
  ],
  exports: [InferenceRouter, ProviderRoutes],
})
export class RoutingModule {}

function openHealthBook(clock: Clock, settings: GatewaySettingsStore, group: WorkerGroup): HealthBook {
  const logger = new Logger('Routing');
  const events: HealthEvents = {
    breaker: ({ id }, state) => logger.warn({ target: id, breaker: state }, `circuit breaker ${state}`),
    // A person must act: the key is no longer used until he does, or a probe finds it well.
    key: (provider, key, alarm) => logger.error({ provider, key, ...alarm }, `key ${alarm.event}`),
  };
  const book = new HealthBook(clock, healthOptionsOf(settings.current), events, undefined, sharingOf(group));
  shareHealth(book, group);
  settings.changes.subscribe((snapshot) => book.configure(healthOptionsOf(snapshot)));
  return book;
}
