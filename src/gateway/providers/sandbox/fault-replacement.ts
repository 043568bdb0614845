import type { FaultDialect } from './fault-dialect.js';
import { isObject } from './json-value.js';
import type { NeverFault, ReplacingFault, StatusFault, WireEnd } from './sandbox-fault.js';
import type { UpstreamAnswer } from './upstream-answer.js';

/** An answer that takes the place of the API's own. */
export interface Replacement {
  answer: UpstreamAnswer;
  /** Sent as they stand, each in a write of its own, instead of the answer's frames or body. */
  raw?: Array<string | Uint8Array>;
  gapMs?: number;
  end?: WireEnd;
}

function contentTypeOf(headers: Readonly<Record<string, string>> | undefined): string | undefined {
  const name = Object.keys(headers ?? {}).find((key) => key.toLowerCase() === 'content-type');
  return name === undefined ? undefined : headers?.[name];
}

function respond(
  dialect: FaultDialect,
  status: number,
  contentType: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): UpstreamAnswer {
  const others = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'content-type');
  const all = [...dialect.headers(contentTypeOf(headers) ?? contentType), ...others.flat()];
  return { status, headers: all, body, ticks: 0 };
}

function statusAnswer(dialect: FaultDialect, fault: StatusFault): UpstreamAnswer {
  const { status, body = dialect.errorBody(status), shape, headers } = fault;
  if (typeof body === 'string') return respond(dialect, status, 'text/plain', body, headers);
  const wrapped = shape === 'nested' && !(isObject(body) && 'error' in body) ? { error: body } : body;
  return respond(dialect, status, 'application/json', JSON.stringify(wrapped), headers);
}

function page(host: string, status: number): string {
  const title = `${host} | ${status}: ${status === 200 ? 'Welcome' : 'Bad gateway'}`;
  return `<!DOCTYPE html>\n<html lang="en-US">\n<head><title>${title}</title></head>\n<body><h1>Error ${status}</h1><p>cloudflare</p></body>\n</html>\n`;
}

/** The answer that a fault puts in the place of the API's own. */
export function replacementFor(fault: Exclude<ReplacingFault, NeverFault>, dialect: FaultDialect): Replacement {
  switch (fault.kind) {
    case 'status':
      return { answer: statusAnswer(dialect, fault) };
    case 'rate-limit':
      return { answer: dialect.rateLimit(fault) };
    case 'html':
      return { answer: respond(dialect, fault.status, 'text/html; charset=UTF-8', page(dialect.host, fault.status)) };
    case 'redirect':
      return { answer: respond(dialect, 307, 'text/plain', '', { location: fault.location }) };
    case 'raw-body':
      return {
        answer: respond(dialect, fault.status ?? 200, fault.contentType ?? 'application/json', '', fault.headers),
        raw: [fault.body],
      };
    default:
      return {
        answer: respond(dialect, 200, 'text/event-stream; charset=utf-8', '', fault.headers),
        raw: fault.frames,
        gapMs: fault.gapMs,
        end: fault.ending,
      };
  }
}
