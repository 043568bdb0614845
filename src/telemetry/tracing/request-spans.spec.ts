import { CallContext } from '../../common/context/call-context.js';
import { readTraceContext, recordedContext } from '../../common/context/trace-context.js';
import { GatewayError } from '../../common/errors/gateway-error.js';
import { AppConfig } from '../../config/app.config.js';
import type { RequestSummary } from '../request-summary.js';
import type { OtlpSpan } from './otlp-span.js';
import { requestSpans } from './request-spans.js';
import { tracingOptions } from './tracing-options.js';

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const HTTP = { requestId: 'req_1', path: '/v1/chat/completions', scheme: 'http' };
const UNIX_MS = 1_795_369_202_000;

function summary(call: CallContext | undefined, changes: Partial<RequestSummary> = {}): RequestSummary {
  return {
    method: 'POST',
    route: '/v1/chat/completions',
    operation: 'chat',
    status: 200,
    durationMs: 100,
    aborted: false,
    answered: true,
    outcome: 'ok',
    stream: true,
    call,
    ...changes,
  };
}

/** A call that failed over from one key to another. */
function answeredCall(): CallContext {
  const call = new CallContext('req_1');
  call.trace = recordedContext(readTraceContext({ traceparent: TRACEPARENT, tracestate: 'a=1' }));
  call.provider = 'cerebras';
  call.model = 'gpt-oss-120b';
  call.attempts = 2;
  call.startAttempt('cerebras', 'main', 'gpt-oss-120b', 'first', 'https://api.cerebras.ai').end('queue_exceeded', 429);
  call.startAttempt('cerebras', 'spare', 'gpt-oss-120b', 'retry', 'http://localhost:8081').end('ok', 200);
  call.upstreamId = 'chatcmpl-1';
  call.finishReason = 'stop';
  call.firstTokenMs = 40;
  call.queueSeconds = 0.25;
  call.usage = {
    prompt_tokens: 100,
    completion_tokens: 11,
    total_tokens: 111,
    prompt_tokens_details: { cached_tokens: 60 },
    completion_tokens_details: { reasoning_tokens: 4 },
  };
  return call;
}

function spansOf(call: CallContext | undefined, changes: Partial<RequestSummary> = {}): OtlpSpan[] {
  const trace = call?.trace ?? recordedContext(undefined);
  return requestSpans(summary(call, changes), trace, HTTP, { now: performance.now(), unixMs: UNIX_MS });
}

/** Attributes as a flat object; numbers in strings become numbers. */
function flat(span: OtlpSpan | undefined): Record<string, unknown> {
  return Object.fromEntries(
    (span?.attributes ?? []).map(({ key, value }) => {
      if ('intValue' in value) return [key, Number(value.intValue)];
      if ('arrayValue' in value) return [key, value.arrayValue.values.map((item) => Object.values(item)[0])];
      return [key, Object.values(value)[0]];
    }),
  );
}

describe('Spans of a request', () => {
  it('are one for the gateway and one for each upstream request, in the trace of the caller', () => {
    const call = answeredCall();
    const [server, failed, won] = spansOf(call);
    expect(server).toMatchObject({
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      spanId: call.trace?.spanId,
      parentSpanId: '00f067aa0ba902b7',
      traceState: 'a=1',
      name: 'POST /v1/chat/completions',
      kind: 2,
      startTimeUnixNano: '1795369201900000000',
      endTimeUnixNano: '1795369202000000000',
      status: { code: 0 },
    });
    expect(flat(server)).toEqual({
      'http.request.method': 'POST',
      'http.route': '/v1/chat/completions',
      'url.path': '/v1/chat/completions',
      'url.scheme': 'http',
      'http.response.status_code': 200,
      'asbru.request.id': 'req_1',
      'asbru.outcome': 'ok',
      'asbru.attempts': 2,
    });
    for (const [index, span] of [failed, won].entries()) {
      expect(span).toMatchObject({
        traceId: server?.traceId,
        parentSpanId: server?.spanId,
        spanId: call.trail[index]?.spanId,
        name: 'chat gpt-oss-120b',
        kind: 3,
      });
    }
  });

  it('have the tokens on the upstream request that answered, and nowhere else', () => {
    const [server, failed, won] = spansOf(answeredCall());
    expect(flat(won)).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'cerebras',
      'gen_ai.request.model': 'gpt-oss-120b',
      'gen_ai.request.stream': true,
      'gen_ai.response.id': 'chatcmpl-1',
      'gen_ai.response.model': 'gpt-oss-120b',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.response.time_to_first_chunk': expect.any(Number),
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 11,
      'gen_ai.usage.cache_read.input_tokens': 60,
      'gen_ai.usage.reasoning.output_tokens': 4,
      'http.response.status_code': 200,
      'server.address': 'localhost',
      'server.port': 8081,
      'asbru.key.name': 'spare',
      'asbru.attempt.cause': 'retry',
      'asbru.provider.queue_seconds': 0.25,
    });
    expect(Object.keys(flat(server)).filter((key) => key.startsWith('gen_ai.'))).toEqual([]);
    expect(failed?.status).toEqual({ code: 2, message: 'queue_exceeded' });
    expect(flat(failed)).toEqual({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'cerebras',
      'gen_ai.request.model': 'gpt-oss-120b',
      'gen_ai.request.stream': true,
      'server.address': 'api.cerebras.ai',
      'server.port': 443,
      'http.response.status_code': 429,
      'error.type': 'queue_exceeded',
      'asbru.key.name': 'main',
      'asbru.attempt.cause': 'first',
    });
  });

  it('call a text completion one', () => {
    const [, attempt] = spansOf(answeredCall(), { operation: 'completions', stream: false });
    expect(attempt?.name).toBe('text_completion gpt-oss-120b');
    expect(flat(attempt)).not.toHaveProperty('gen_ai.request.stream');
  });

  it.each([
    ['an upstream that failed after its status', 'upstream_truncated', 200, 'upstream_error', 2],
    ['an upstream that failed', 'upstream_error', 502, 'upstream_error', 2],
    ['a mistake of the caller', 'model_not_found', 404, 'caller_error', 0],
  ] as const)('say what %s was', (_, code, status, outcome, statusCode) => {
    const call = new CallContext('req_1');
    call.error = new GatewayError(code, 'Something about the prompt "secret".');
    const spans = spansOf(call, { status, outcome });
    expect(flat(spans[0])).toMatchObject({ 'error.type': code, 'http.response.status_code': status });
    expect(spans[0]?.status.code).toBe(statusCode);
    expect(JSON.stringify(spans)).not.toContain('secret');
  });

  it('do not blame anybody when the client left or another attempt won', () => {
    const call = new CallContext('req_1');
    call.trace = recordedContext(undefined);
    call.startAttempt('cerebras', 'main', 'm');
    call.endAttempts(true);
    const [server, attempt] = spansOf(call, { outcome: 'client_closed', status: 499, answered: false, aborted: true });
    expect(flat(server)).toMatchObject({ 'error.type': 'client_closed_request', 'asbru.outcome': 'client_closed' });
    expect(flat(server)).not.toHaveProperty('http.response.status_code');
    expect(flat(attempt)).toMatchObject({ 'error.type': 'cancelled' });
    expect([server?.status.code, attempt?.status.code]).toEqual([0, 0]);
  });

  it('exist for requests that are no inference', () => {
    const [server, ...others] = spansOf(undefined, { route: undefined, status: 404, outcome: 'caller_error' });
    expect(others).toEqual([]);
    expect(server?.name).toBe('POST');
    expect(flat(server)).toMatchObject({ 'error.type': '404' });
  });
});

describe('Settings of tracing', () => {
  const options = (settings: Partial<AppConfig>) => tracingOptions(Object.assign(new AppConfig(), settings));

  it.each([
    [{}, 'http://localhost:4318/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otel.example' }, 'https://otel.example/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otel.example/team/' }, 'https://otel.example/team/v1/traces'],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://a.example', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://b.example/in' },
      'https://b.example/in',
    ],
  ])('send spans of %j to %s', (settings, url) => {
    expect(options(settings).url).toBe(url);
  });

  it('read headers and attributes', () => {
    const { headers, resource } = options({
      OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Basic%20abc=, x-team = a%2Cb ,nonsense,=x,bad=%zz',
      OTEL_SERVICE_NAME: 'gateway',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=prod',
    });
    expect(headers).toEqual({ authorization: 'Basic abc=', 'x-team': 'a,b', bad: '%zz' });
    expect(resource).toContainEqual({ key: 'service.name', value: { stringValue: 'gateway' } });
    expect(resource).toContainEqual({ key: 'deployment.environment.name', value: { stringValue: 'prod' } });
  });

  it.each([
    [{}, false],
    [{ ASBRU_TRACING: 'otlp' }, true],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, true],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c:4318/x' }, true],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318', ASBRU_TRACING: 'off' }, false],
  ] as const)('%j turn it on: %p', (settings, on) => {
    expect(Object.assign(new AppConfig(), settings).tracesRequests).toBe(on);
  });
});
