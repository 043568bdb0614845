import { hostname } from 'node:os';
import type { AppConfig } from '../../config/app.config.js';
import { type OtlpAttribute, toAttributes } from './otlp-span.js';

const DEFAULT_ENDPOINT = 'http://localhost:4318';
const TRACES_PATH = '/v1/traces';

/** Where spans go, and what they say of their source. */
export interface TracingOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly resource: readonly OtlpAttribute[];
}

/** Reads OpenTelemetry's own settings: https://opentelemetry.io/docs/specs/otel/protocol/exporter/. */
export function tracingOptions(config: AppConfig): TracingOptions {
  return {
    url: config.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? withPath(config.OTEL_EXPORTER_OTLP_ENDPOINT ?? DEFAULT_ENDPOINT),
    headers: readPairs(config.OTEL_EXPORTER_OTLP_HEADERS, (name) => name.toLowerCase()),
    resource: toAttributes({
      'service.name': config.OTEL_SERVICE_NAME,
      'host.name': hostname(),
      'process.pid': process.pid,
      ...readPairs(config.OTEL_RESOURCE_ATTRIBUTES),
    }),
  };
}

function withPath(endpoint: string): string {
  const url = new URL(endpoint);
  url.pathname = url.pathname.replace(/\/+$/, '') + TRACES_PATH;
  return url.href;
}

/** `name=value,name=value`, values percent-encoded, as in W3C Baggage. What is no pair is left out. */
function readPairs(list = '', toName: (name: string) => string = (name) => name): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const pair of list.split(',')) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, Math.max(at, 0)).trim();
    if (name !== '') pairs[toName(name)] = decode(pair.slice(at + 1).trim());
  }
  return pairs;
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
