import { IsIn, IsNumber, IsOptional, IsString, IsUrl, Max, Min } from 'class-validator';
import { WorkerSettings } from './worker.settings.js';

const TRACING = ['otlp', 'off'] as const;
export const URL_RULES = { protocols: ['http', 'https'], require_tld: false, require_protocol: true };

/** Where traces are sent, and how many. */
export class TracingSettings extends WorkerSettings {
  /** Whether traces are sent. Default: `otlp` when a collector is named, else `off`. */
  @IsOptional()
  @IsIn(TRACING)
  ASBRU_TRACING?: (typeof TRACING)[number];

  /** Base URL of an OpenTelemetry collector (OTLP over HTTP); `/v1/traces` is appended. */
  @IsOptional()
  @IsUrl(URL_RULES)
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;

  /** The whole URL for traces, in place of the base URL. */
  @IsOptional()
  @IsUrl(URL_RULES)
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string;

  /** Headers for the collector, as `name=value,name=value`, values percent-encoded. */
  @IsOptional()
  @IsString()
  OTEL_EXPORTER_OTLP_HEADERS?: string;

  /** `service.name` of the spans. */
  @IsString()
  OTEL_SERVICE_NAME: string = 'asbru';

  /** Further attributes of the spans' resource, as `name=value,name=value`. */
  @IsOptional()
  @IsString()
  OTEL_RESOURCE_ATTRIBUTES?: string;

  /** Share of the traces that begin here and are recorded. */
  @IsNumber()
  @Min(0)
  @Max(1)
  OTEL_TRACES_SAMPLER_ARG: number = 1;

  /** Whether spans are recorded and sent. */
  get tracesRequests(): boolean {
    const named = this.OTEL_EXPORTER_OTLP_ENDPOINT ?? this.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
    return this.ASBRU_TRACING === undefined ? named !== undefined : this.ASBRU_TRACING === 'otlp';
  }
}
