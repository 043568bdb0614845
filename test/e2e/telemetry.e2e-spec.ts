import { FakeCollector } from '../../src/telemetry/tracing/fake-collector.js';
import type { OtlpSpan } from '../../src/telemetry/tracing/otlp-span.js';
import { MODEL, startGateway, type TestGateway } from '../support/gateway.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT_ID = '00f067aa0ba902b7';
const TRACEPARENT = `00-${TRACE_ID}-${PARENT_ID}-01`;

describe('Metrics of a gateway', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  it('counts answers, streams and refusals with the labels of what is known', async () => {
    await gateway.chat();
    await gateway.chat({ stream: true });
    await gateway.chat({ model: 'cerebras/made-up-by-the-caller' });
    const { text, status } = await gateway.get('/metrics');
    expect(status).toBe(200);
    const lines = text.split('\n');
    const known = 'operation="chat",provider="cerebras",model="gpt-oss-120b",status_class="2xx"';
    expect(lines).toContain(`asbru_requests_total{${known},stream="false",outcome="ok"} 1`);
    expect(lines).toContain(`asbru_requests_total{${known},stream="true",outcome="ok"} 1`);
    expect(text).toMatch(/^asbru_requests_total\{operation="chat",.*status_class="4xx",.*\} 1$/m);
    expect(text).toMatch(/^asbru_tokens_total\{provider="cerebras",model="gpt-oss-120b",direction="output"\} [1-9]/m);
    expect(text).not.toContain('made-up-by-the-caller');
  });

  it('is no part of the described API', async () => {
    const { text } = await gateway.get('/docs/openapi.json');
    expect(text).not.toContain('/metrics');
  });
});

describe('Traces of a gateway', () => {
  let collector: FakeCollector;
  beforeEach(async () => {
    collector = await FakeCollector.start();
  });
  afterEach(() => collector.close());

  it('records the request in the trace of its caller, without a word of it', async () => {
    const gateway = await startGateway({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin } });
    await gateway.chat({ messages: [{ role: 'user', content: 'a private question' }] }, { traceparent: TRACEPARENT });
    await gateway.close();
    const server = collector.spans.find(({ kind }) => kind === 2);
    expect(server).toMatchObject({ traceId: TRACE_ID, parentSpanId: PARENT_ID, name: 'POST /v1/chat/completions' });
    expect(JSON.stringify(collector.deliveries)).not.toContain('private');
  });

  it('records one upstream request for each attempt, and says so upstream', async () => {
    const gateway = await startGateway({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin } });
    await gateway.chat({}, { traceparent: TRACEPARENT, tracestate: 'a=1' });
    const sent = await gateway.arrival();
    await gateway.close();
    const client = collector.spans.find(({ kind }) => kind === 3) as OtlpSpan;
    expect(client).toMatchObject({ traceId: TRACE_ID, name: `chat ${MODEL.split('/')[1]}` });
    expect(sent.headers).toMatchObject({ traceparent: `00-${TRACE_ID}-${client.spanId}-01`, tracestate: 'a=1' });
  });

  it('does not record what the caller does not', async () => {
    const gateway = await startGateway({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin } });
    await gateway.chat({}, { traceparent: `00-${TRACE_ID}-${PARENT_ID}-00` });
    const sent = await gateway.arrival();
    await gateway.close();
    expect(collector.spans).toEqual([]);
    expect(sent.headers).toMatchObject({ traceparent: `00-${TRACE_ID}-${PARENT_ID}-00` });
  });

  it('passes the trace of the caller on when nothing is recorded, but only a valid one', async () => {
    const gateway = await startGateway();
    await gateway.chat({}, { traceparent: TRACEPARENT, tracestate: 'a=1', baggage: 'user=me' });
    await gateway.chat({}, { traceparent: 'nonsense', tracestate: 'a=1' });
    const [first, second] = [await gateway.arrival(1), await gateway.arrival(2)];
    await gateway.close();
    expect(first.headers).toMatchObject({ traceparent: TRACEPARENT, tracestate: 'a=1' });
    expect(first.headers).not.toHaveProperty('baggage');
    expect(second.headers).not.toHaveProperty('traceparent');
    expect(second.headers).not.toHaveProperty('tracestate');
  });
});
