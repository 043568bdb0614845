import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { OtlpAttribute, OtlpSpan } from './otlp-span.js';

/** One batch as it came over the wire. */
export interface Delivery {
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly resource: OtlpAttribute[];
  readonly spans: OtlpSpan[];
}

interface Answer {
  status: number;
  body?: string;
  headers?: Record<string, string>;
}

interface Payload {
  resourceSpans: Array<{ resource: { attributes: OtlpAttribute[] }; scopeSpans: Array<{ spans: OtlpSpan[] }> }>;
}

/** An OpenTelemetry collector that keeps what it gets, and answers as it is told. */
export class FakeCollector {
  readonly deliveries: Delivery[] = [];
  private readonly answers: Answer[] = [];
  private waiting: Array<() => void> = [];

  private constructor(
    private readonly server: Server,
    readonly origin: string,
  ) {}

  static async start(): Promise<FakeCollector> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const collector = new FakeCollector(server, `http://127.0.0.1:${port}`);
    server.on('request', (request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        const { status, headers, body: answer = '{}' } = collector.answers.shift() ?? { status: 200 };
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(answer);
        const payload: Payload = JSON.parse(body);
        collector.take(request.url, request.headers, payload);
      });
    });
    return collector;
  }

  /** Answers the next batches so, and 200 after them. */
  answerWith(...answers: Answer[]): void {
    this.answers.push(...answers);
  }

  get spans(): OtlpSpan[] {
    return this.deliveries.flatMap(({ spans }) => spans);
  }

  /** Resolves when that many batches have come. */
  async arrived(count: number): Promise<void> {
    while (this.deliveries.length < count) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private take(path: string | undefined, headers: IncomingHttpHeaders, { resourceSpans }: Payload): void {
    for (const { resource, scopeSpans } of resourceSpans) {
      const spans = scopeSpans.flatMap((scope) => scope.spans);
      this.deliveries.push({ path, headers, resource: resource.attributes, spans });
    }
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
