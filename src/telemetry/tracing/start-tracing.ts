import type { AppConfig } from '../../config/app.config.js';
import type { AppLogger } from '../logger.js';
import type { Metrics } from '../metrics/metrics.port.js';
import { NoTracing } from './no-tracing.js';
import type { Tracing } from './tracing.port.js';

/** Tracing as it is configured. What sends spans is loaded only when they are sent. */
export async function startTracing(config: AppConfig, logger: AppLogger, metrics: Metrics): Promise<Tracing> {
  if (!config.tracesRequests) return new NoTracing();
  const [{ OtlpTracing }, { SpanExporter }, { tracingOptions }] = await Promise.all([
    import('./otlp-tracing.js'),
    import('./span-exporter.js'),
    import('./tracing-options.js'),
  ]);
  const options = tracingOptions(config);
  const onTrouble = (reason: string): void => {
    logger.pino.warn({ collector: new URL(options.url).origin, reason }, 'spans are being lost');
  };
  const tracing = new OtlpTracing(new SpanExporter({ ...options, onTrouble }), config.OTEL_TRACES_SAMPLER_ARG);
  metrics.watch({ spans: () => tracing.counts });
  return tracing;
}
