import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Seat } from '../common/collections/roll.js';
import { isEssential } from '../common/overload/essential-routes.js';
import { logAccess } from './access-log.js';
import { AppLogger } from './logger.js';
import { Metrics } from './metrics/metrics.port.js';
import { summarise } from './request-summary.js';
import { Tracing } from './tracing/tracing.port.js';

/** The one place where requests are logged, counted and traced: when they arrive, and when their socket is done. */
@Injectable()
export class RequestTelemetry {
  constructor(
    private readonly logger: AppLogger,
    private readonly metrics: Metrics,
    private readonly tracing: Tracing,
  ) {}

  /** @returns what `end` is called with */
  begin(request: FastifyRequest, reply: FastifyReply): Seat<FastifyReply> | undefined {
    if (isEssential(request.routeOptions.url)) return undefined;
    this.tracing.requestStarted(request);
    return this.metrics.requestStarted(reply);
  }

  /** Called in an event handler, where an error would end the process: telemetry never does that. */
  end(request: FastifyRequest, reply: FastifyReply, counted: Seat<FastifyReply> | undefined): void {
    try {
      const summary = summarise(request, reply);
      summary.call?.endAttempts(summary.outcome === 'client_closed');
      logAccess(this.logger, request, summary);
      if (isEssential(summary.route)) return;
      this.metrics.requestDone(summary, counted);
      this.tracing.requestDone(summary, request);
    } catch (error) {
      this.logger.pino.error({ err: error, request_id: request.id }, 'telemetry failed');
    }
  }
}
