import { Global, Module } from '@nestjs/common';
import { WorkerGroup } from '../common/workers/worker-group.port.js';
import { AppConfig } from '../config/app.config.js';
import { AppLogger } from './logger.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { MetricsServer } from './metrics/metrics-server.js';
import { Metrics } from './metrics/metrics.port.js';
import { NoMetrics } from './metrics/no-metrics.js';
import { PromMetrics } from './metrics/prom-metrics.js';
import { RequestTelemetry } from './request-telemetry.js';
import { startTracing } from './tracing/start-tracing.js';
import { Tracing } from './tracing/tracing.port.js';

/** Logs, metrics and traces for everybody. */
@Global()
@Module({
  controllers: [MetricsController],
  providers: [
    AppLogger,
    {
      provide: Metrics,
      useFactory: (config: AppConfig, group: WorkerGroup): Metrics =>
        config.metricsPlace === 'none' ? new NoMetrics() : new PromMetrics(undefined, group),
      inject: [AppConfig, WorkerGroup],
    },
    MetricsServer,
    { provide: Tracing, useFactory: startTracing, inject: [AppConfig, AppLogger, Metrics] },
    RequestTelemetry,
  ],
  exports: [AppLogger, Metrics, RequestTelemetry],
})
export class TelemetryModule {}
