/** What an attribute may be here. */
export type AttributeValue = string | number | boolean | readonly string[];

/** A value in OTLP's JSON form; 64-bit integers are decimal strings. */
type OtlpValue =
  | { stringValue: string }
  | { intValue: string }
  | { doubleValue: number }
  | { boolValue: boolean }
  | { arrayValue: { values: OtlpValue[] } };

export interface OtlpAttribute {
  key: string;
  value: OtlpValue;
}

/** The numbers of OTLP's enum SpanKind. */
export const SPAN_KIND = { server: 2, client: 3 } as const;
/** The numbers of OTLP's enum StatusCode; unset stands for "no fault known". */
const STATUS = { unset: 0, error: 2 } as const;

/**
 * A span as OTLP's JSON has it: ids in hex, enums as numbers, names in lowerCamelCase
 * (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding).
 */
export interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  traceState?: string;
  name: string;
  kind: (typeof SPAN_KIND)[keyof typeof SPAN_KIND];
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: OtlpAttribute[];
  status: { code: number; message?: string };
}

/** Attributes without those that have no value. */
export function toAttributes(values: Readonly<Record<string, AttributeValue | undefined>>): OtlpAttribute[] {
  const attributes: OtlpAttribute[] = [];
  for (const [key, value] of Object.entries(values)) {
    if (value !== undefined) attributes.push({ key, value: toValue(value) });
  }
  return attributes;
}

/** An error names its kind; its message may repeat the caller's words, and stays out. */
export function toStatus(errorType: string | undefined): OtlpSpan['status'] {
  return errorType === undefined ? { code: STATUS.unset } : { code: STATUS.error, message: errorType };
}

/** Nanoseconds as a decimal string. A double holds microseconds since 1970 exactly, nanoseconds not. */
export function toNanoseconds(unixMs: number): string {
  return `${Math.round(unixMs * 1000)}000`;
}

function toValue(value: AttributeValue): OtlpValue {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  }
  return { arrayValue: { values: value.map(toValue) } };
}
