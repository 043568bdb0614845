import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** An upstream without any opinion, for what the sandbox does not do. It has no models. */
export class RawUpstream {
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(onPost: Handler): Promise<RawUpstream> {
    const server = createServer((request, response) => {
      if (request.method === 'POST') return onPost(request.resume(), response);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"object":"list","data":[]}');
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(0, '127.0.0.1', resolve);
    await promise;
    return new RawUpstream(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.server.close(() => resolve());
    this.server.closeAllConnections();
    await promise;
  }
}

export const SSE = { 'content-type': 'text/event-stream; charset=utf-8' };
