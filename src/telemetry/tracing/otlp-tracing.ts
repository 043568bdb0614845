import type { OnApplicationShutdown } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { readTraceContext, recordedContext } from '../../common/context/trace-context.js';
import type { SpanCounts } from '../metrics/metrics.port.js';
import type { RequestSummary } from '../request-summary.js';
import { requestSpans } from './request-spans.js';
import type { SpanExporter } from './span-exporter.js';
import { Tracing } from './tracing.port.js';

/** Records spans and sends them to an OpenTelemetry collector. */
export class OtlpTracing extends Tracing implements OnApplicationShutdown {
  constructor(
    private readonly exporter: SpanExporter,
    /** Share of the traces that begin here and are recorded; a caller's trace follows the caller's decision. */
    private readonly sampleRatio: number,
  ) {
    super();
  }

  get counts(): SpanCounts {
    const { exported, dropped } = this.exporter;
    return { exported, dropped };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.exporter.close();
  }

  override requestStarted(request: FastifyRequest): void {
    const caller = readTraceContext(request.headers);
    const sampled = caller ? caller.sampled : Math.random() < this.sampleRatio;
    request.trace = sampled ? recordedContext(caller) : caller;
  }

  override requestDone(summary: RequestSummary, request: FastifyRequest): void {
    const { trace } = request;
    if (trace?.spanId === undefined) return;
    const path = request.url.split('?', 1)[0] ?? '';
    const http = { requestId: request.id, path, scheme: request.protocol };
    const clock = { now: performance.now(), unixMs: Date.now() };
    this.exporter.add(requestSpans(summary, trace, http, clock));
  }
}
