import { CallContext } from './call-context.js';
import { newSpanId, readTraceContext, recordedContext, traceHeaders } from './trace-context.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const VALID = `00-${TRACE}-${PARENT}-01`;

describe('Trace context', () => {
  it('reads the example of the specification', () => {
    expect(readTraceContext({ traceparent: VALID, tracestate: 'congo=t61rcWkgMzE,rojo=00f067aa0ba902b7' })).toEqual({
      traceId: TRACE,
      parentId: PARENT,
      sampled: true,
      state: 'congo=t61rcWkgMzE,rojo=00f067aa0ba902b7',
      received: VALID,
      spanId: undefined,
    });
  });

  it.each([
    ['not sampled', `00-${TRACE}-${PARENT}-00`, false],
    ['sampled and random', `00-${TRACE}-${PARENT}-03`, true],
    ['a later version', `cc-${TRACE}-${PARENT}-01`, true],
    ['a later version with more in it', `cc-${TRACE}-${PARENT}-01-what-the-future-will-be`, true],
  ])('takes %s', (_, traceparent, sampled) => {
    expect(readTraceContext({ traceparent })).toMatchObject({ traceId: TRACE, sampled, received: traceparent });
  });

  it.each([
    ['nothing', undefined],
    ['an empty value', ''],
    ['version ff', `ff-${TRACE}-${PARENT}-01`],
    ['more than version 00 has', `00-${TRACE}-${PARENT}-01-more`],
    ['a dash behind version 00', `00-${TRACE}-${PARENT}-01-`],
    ['a trace of zeros', `00-${'0'.repeat(32)}-${PARENT}-01`],
    ['a parent of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['upper case', `00-${TRACE.toUpperCase()}-${PARENT}-01`],
    ['two headers', `${VALID}, ${VALID}`],
    ['a short trace', `00-${TRACE.slice(1)}-${PARENT}-01`],
    ['a line feed', `${VALID}\n`],
    ['a later version without an end', `cc-${TRACE}-${PARENT}-01-${'x'.repeat(100)}`],
  ])('does not take %s', (_, traceparent) => {
    expect(readTraceContext({ traceparent, tracestate: 'a=1' })).toBeUndefined();
  });

  it.each([
    ['no value', 'a='],
    ['no key', '=1'],
    ['no pair', 'a'],
    ['an upper-case key', 'A=1'],
    ['a control character', 'a=\u0001'],
    ['more than 512 characters', `a=${'x'.repeat(200)},b=${'x'.repeat(200)},c=${'x'.repeat(200)}`],
    ['more than 32 members', Array.from({ length: 33 }, (_, index) => `k${index}=1`).join(',')],
    ['nothing in it', ' , '],
  ])('keeps the trace and drops a state with %s', (_, tracestate) => {
    expect(readTraceContext({ traceparent: VALID, tracestate })).toMatchObject({ traceId: TRACE, state: undefined });
  });

  it('takes a state with a tenant key, blanks and an empty member', () => {
    const tracestate = 'fw529a3039@dt=FfQKZwAAACvb, ,a=b c';
    expect(readTraceContext({ traceparent: VALID, tracestate })).toMatchObject({ state: tracestate });
  });

  it('passes the words of the caller on when nothing is recorded', () => {
    const trace = readTraceContext({ traceparent: VALID, tracestate: 'a=1' });
    expect(traceHeaders(trace)).toEqual({ traceparent: VALID, tracestate: 'a=1' });
    expect(traceHeaders(undefined)).toEqual({});
  });

  it('puts a span of its own between the caller and the upstream when it records', () => {
    const trace = recordedContext(readTraceContext({ traceparent: VALID, tracestate: 'a=1' }));
    expect(trace).toMatchObject({ traceId: TRACE, parentId: PARENT, state: 'a=1' });
    expect(trace.spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(traceHeaders(trace, '1111111111111111')).toEqual({
      traceparent: `00-${TRACE}-1111111111111111-01`,
      tracestate: 'a=1',
    });
  });

  it('begins a trace when the caller has none', () => {
    const trace = recordedContext(undefined);
    expect(trace.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(trace.parentId).toBeUndefined();
    expect(readTraceContext(traceHeaders(trace, newSpanId()))).toMatchObject({ traceId: trace.traceId, sampled: true });
  });
});

describe('Attempts of a call', () => {
  it('gives each attempt a span of its own only when the request is recorded', () => {
    const call = new CallContext('req_1');
    call.trace = readTraceContext({ traceparent: VALID });
    const passed = call.startAttempt('cerebras', 'main', 'm');
    expect(passed.spanId).toBeUndefined();
    expect(passed.traceHeaders).toEqual({ traceparent: VALID });

    call.trace = recordedContext(call.trace);
    const first = call.startAttempt('cerebras', 'main', 'm');
    const hedge = call.startAttempt('cerebras', 'spare', 'm', 'hedge');
    expect(first.traceHeaders.traceparent).toBe(`00-${TRACE}-${first.spanId}-01`);
    expect(hedge.spanId).not.toBe(first.spanId);
    expect(call.trail).toEqual([passed, first, hedge]);
  });

  it('keeps the first end', () => {
    const record = new CallContext('req_1').startAttempt('cerebras', 'main', 'm');
    record.end('rate_limit_exceeded', 429);
    record.end('ok', 200);
    expect(record).toMatchObject({ outcome: 'rate_limit_exceeded', status: 429 });
    expect(record.ms).toBeGreaterThanOrEqual(0);
  });

  it('ends what is open when the request is done', () => {
    const call = new CallContext('req_1');
    const failed = call.startAttempt('cerebras', 'main', 'm');
    failed.end('upstream_error', 500);
    const open = call.startAttempt('cerebras', 'spare', 'm', 'retry');
    call.endAttempts(true);
    expect([failed.outcome, open.outcome]).toEqual(['upstream_error', 'cancelled']);
  });
});
