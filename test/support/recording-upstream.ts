import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it arrived. */
export interface RecordedRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body; undefined when it is not JSON. */
  readonly json: Record<string, unknown> | undefined;
}

/** What the upstream answers. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, a text as it stands. */
  readonly body: unknown;
}

/** An upstream that answers what it is told to, and keeps what it was asked. Its answers are recorded ones, not its own. */
export class RecordingUpstream {
  readonly requests: RecordedRequest[] = [];
  /** What a request is answered with; else 404 with an empty body. */
  answer: (request: RecordedRequest) => Reply | undefined = () => undefined;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<RecordingUpstream> {
    const server = createServer();
    const upstream = new RecordingUpstream(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const { method = '', url = '', headers } = request;
        upstream.take({ method, path: url, headers, text, json: parsed(text) }, response);
      });
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(0, '127.0.0.1', resolve);
    await promise;
    return upstream;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The requests for answers: looks at the list of models are left out. */
  get asked(): RecordedRequest[] {
    return this.requests.filter(({ method }) => method === 'POST');
  }

  get last(): RecordedRequest {
    const last = this.asked.at(-1);
    if (!last) throw new Error('The upstream was not asked');
    return last;
  }

  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.server.close(() => resolve());
    this.server.closeAllConnections();
    await promise;
  }

  private take(request: RecordedRequest, response: ServerResponse): void {
    this.requests.push(request);
    const reply = this.answer(request) ?? { status: 404, body: '' };
    const raw = typeof reply.body === 'string';
    const headers = raw ? {} : { 'content-type': 'application/json' };
    response.writeHead(reply.status ?? 200, { ...headers, ...reply.headers });
    response.end(raw ? reply.body : JSON.stringify(reply.body));
  }
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
