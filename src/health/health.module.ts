import { Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { Draining } from '../common/context/draining.js';
import { OverloadMonitor } from '../common/overload/overload-monitor.js';
import { thresholdsFor } from '../common/overload/overload-policy.js';
import { ProcessProbe } from '../common/overload/process-probe.js';
import { AppConfig } from '../config/app.config.js';
import { HealthController } from './health.controller.js';
import { InFlight } from './in-flight.js';
import { Readiness } from './readiness.js';

/** What the process knows of itself: whether it takes requests, how many it has, whether they are too many. */
@Module({
  controllers: [HealthController],
  providers: [
    // Common knows no framework, so its classes are made here.
    { provide: Draining, useFactory: () => new Draining() },
    Readiness,
    InFlight,
    {
      provide: OverloadMonitor,
      useFactory: (config: AppConfig, inFlight: InFlight) =>
        new OverloadMonitor(
          new ProcessProbe(() => inFlight.count),
          thresholdsFor(config.ASBRU_MAX_IN_FLIGHT, config.ASBRU_SHED_LOOP_DELAY_MS),
        ),
      inject: [AppConfig, InFlight],
    },
  ],
})
export class HealthModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly overload: OverloadMonitor,
    private readonly host: HttpAdapterHost<FastifyAdapter>,
  ) {}

  /** How long the loop stands still before the port is open is no load. */
  onApplicationBootstrap(): void {
    this.host.httpAdapter.getHttpServer().once('listening', () => this.overload.start());
  }

  onApplicationShutdown(): void {
    this.overload.stop();
  }
}
