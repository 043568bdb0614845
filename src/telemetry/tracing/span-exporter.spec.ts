import { FakeCollector } from './fake-collector.js';
import { type OtlpSpan, SPAN_KIND, toAttributes, toNanoseconds, toStatus } from './otlp-span.js';
import { SpanExporter, type SpanExporterOptions } from './span-exporter.js';

const span = (name: string): OtlpSpan => ({
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
  name,
  kind: SPAN_KIND.client,
  startTimeUnixNano: toNanoseconds(1),
  endTimeUnixNano: toNanoseconds(2),
  attributes: [],
  status: toStatus(undefined),
});

describe('SpanExporter', () => {
  let collector: FakeCollector;
  let troubles: string[];
  beforeEach(async () => {
    collector = await FakeCollector.start();
    troubles = [];
  });
  afterEach(() => collector.close());

  const exporter = (options: Partial<SpanExporterOptions> = {}): SpanExporter =>
    new SpanExporter({
      url: `${collector.origin}/v1/traces`,
      headers: { 'api-key': 'collector-key' },
      resource: toAttributes({ 'service.name': 'asbru' }),
      onTrouble: (reason) => troubles.push(reason),
      delayMs: 1,
      backoffMs: 1,
      ...options,
    });

  it('sends what has gathered as one batch', async () => {
    const spans = exporter();
    spans.add([span('a'), span('b')]);
    spans.add([span('c')]);
    await collector.arrived(1);
    await spans.close();
    const [delivery] = collector.deliveries;
    expect(collector.deliveries).toHaveLength(1);
    expect(delivery?.path).toBe('/v1/traces');
    expect(delivery?.headers).toMatchObject({ 'content-type': 'application/json', 'api-key': 'collector-key' });
    expect(delivery?.resource).toEqual([{ key: 'service.name', value: { stringValue: 'asbru' } }]);
    expect(delivery?.spans.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(spans).toMatchObject({ exported: 3, dropped: 0 });
    expect(troubles).toEqual([]);
  });

  it('sends what is left at the end, in batches of 512', async () => {
    const spans = exporter({ delayMs: 60_000 });
    spans.add(Array.from({ length: 511 }, (_, index) => span(`early ${index}`)));
    spans.add(Array.from({ length: 600 }, (_, index) => span(`late ${index}`)));
    await spans.close();
    expect(collector.deliveries.map((delivery) => delivery.spans.length)).toEqual([512, 512, 87]);
    expect(spans.exported).toBe(1_111);
  });

  it('sends a batch again when the collector asks for it', async () => {
    collector.answerWith({ status: 503 }, { status: 429, headers: { 'retry-after': '0' } });
    const spans = exporter();
    spans.add([span('a')]);
    await collector.arrived(3);
    await spans.close();
    expect(collector.deliveries).toHaveLength(3);
    expect(spans).toMatchObject({ exported: 1, dropped: 0 });
  });

  it('does not send a refused batch again, and says so once', async () => {
    collector.answerWith({ status: 400 }, { status: 413 });
    const spans = exporter({ delayMs: 60_000 });
    spans.add([span('a')]);
    await spans.flush();
    spans.add([span('b')]);
    await spans.flush();
    expect(collector.deliveries).toHaveLength(2);
    expect(spans).toMatchObject({ exported: 0, dropped: 2 });
    expect(troubles).toEqual(['the collector answered 400']);
  });

  it('gives a batch up after five tries', async () => {
    collector.answerWith(...Array.from({ length: 5 }, () => ({ status: 502 })));
    const spans = exporter({ delayMs: 60_000 });
    spans.add([span('a')]);
    await spans.flush();
    expect(collector.deliveries).toHaveLength(5);
    expect(spans).toMatchObject({ exported: 0, dropped: 1 });
    spans.add([span('b')]);
    await spans.flush();
    expect(spans).toMatchObject({ exported: 1, dropped: 1 });
  });

  it('counts the spans that a collector did not take', async () => {
    collector.answerWith({ status: 200, body: '{"partialSuccess":{"rejectedSpans":"2","errorMessage":"too old"}}' });
    const spans = exporter({ delayMs: 60_000 });
    spans.add([span('a'), span('b'), span('c')]);
    await spans.flush();
    expect(spans).toMatchObject({ exported: 1, dropped: 2 });
  });

  it('drops what has no room, and keeps what has', async () => {
    const spans = exporter({ maxQueue: 2, delayMs: 60_000 });
    spans.add([span('a'), span('b')]);
    spans.add([span('c')]);
    expect(spans.dropped).toBe(1);
    expect(troubles).toEqual(['the queue is full']);
    await spans.flush();
    expect(collector.spans.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('lives without a collector', async () => {
    const spans = exporter({ url: 'http://127.0.0.1:1/v1/traces', delayMs: 60_000 });
    spans.add([span('a')]);
    await spans.flush();
    expect(spans).toMatchObject({ exported: 0, dropped: 1 });
    expect(troubles[0]).toMatch(/^the collector cannot be reached: /);
  });
});

describe('OTLP values', () => {
  it('are written as the JSON form has them', () => {
    expect(toAttributes({ text: 'a', whole: 7, part: 0.25, yes: true, list: ['a', 'b'], none: undefined })).toEqual([
      { key: 'text', value: { stringValue: 'a' } },
      { key: 'whole', value: { intValue: '7' } },
      { key: 'part', value: { doubleValue: 0.25 } },
      { key: 'yes', value: { boolValue: true } },
      { key: 'list', value: { arrayValue: { values: [{ stringValue: 'a' }, { stringValue: 'b' }] } } },
    ]);
  });

  it('have times in nanoseconds that a double could not hold', () => {
    expect(toNanoseconds(1_795_369_201_981.123)).toBe('1795369201981123000');
  });
});
