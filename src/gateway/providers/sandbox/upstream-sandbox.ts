import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { deliver, type Pace } from './answer-delivery.js';
import { Exchange } from './exchange.js';
import { deliverFaulty } from './fault-delivery.js';
import { FaultScript } from './fault-script.js';
import { BodyTooLargeError, readBody } from './request-body.js';
import type { SandboxApi } from './sandbox-api.js';
import { CONTROL_PREFIX, control } from './sandbox-control.js';
import type { SandboxFault } from './sandbox-fault.js';
import type { SandboxOptions } from './sandbox-options.js';
import { RequestLog, SandboxRequest } from './sandbox-request.js';

const DEFAULT_PACE_MS = 4;
const DEFAULT_KEEP = 1000;
/** Longer than any client keeps a connection idle, so that the sandbox never closes one under a request. */
const KEEP_ALIVE_MS = 120_000;

/** A port of this machine, for a sandbox to serve. By default any free one of 127.0.0.1. */
export async function listen(options: SandboxOptions): Promise<Server> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve);
  await promise;
  return server;
}

/** A vendor's API, simulated on a port of this machine: its answers, their faults, and a record of what it received. */
export abstract class UpstreamSandbox {
  /** Without a path, as in `http://127.0.0.1:8081`. */
  readonly url: string;
  readonly apiKey: string;
  private readonly sockets = new Set<Socket>();
  private readonly faults: FaultScript;
  private readonly log: RequestLog;
  private readonly pace: Pace;
  private active = 0;

  protected constructor(
    private readonly server: Server,
    private readonly api: SandboxApi,
    options: SandboxOptions,
  ) {
    this.faults = new FaultScript(api.faults);
    this.log = new RequestLog(options.keepRequests ?? DEFAULT_KEEP);
    this.pace = { paceMs: options.paceMs ?? DEFAULT_PACE_MS, latencyMs: options.latencyMs ?? 0 };
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    this.url = `http://${options.host ?? '127.0.0.1'}:${port}`;
    this.apiKey = api.apiKey;
    server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    server.on('request', (request, response) => void this.serve(request, response));
  }

  /** The last requests that it received, the oldest first. */
  get requests(): readonly SandboxRequest[] {
    return this.log.requests;
  }

  /** Connections that clients hold open now. */
  get openSockets(): number {
    return this.sockets.size;
  }

  /** Requests that are not yet answered to the end. */
  get activeRequests(): number {
    return this.active;
  }

  /** Resolves once so many requests have been received since the start or the last reset. */
  waitForRequests(count: number): Promise<void> {
    return this.log.waitFor(count);
  }

  /** Adds to the queue of faults: each POST takes the first one that is meant for it. */
  script(...faults: Array<SandboxFault | readonly SandboxFault[]>): void {
    this.faults.add(faults.flat());
  }

  /** How many requests the fault script still spoils. */
  get pendingFaults(): number {
    return this.faults.pending;
  }

  /** Forgets requests, faults, scripted answers and used quotas. */
  reset(): void {
    this.log.clear();
    this.faults.clear();
    this.api.reset();
  }

  /** Stops listening and breaks the connections that are still open. */
  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.server.close(() => resolve());
    this.server.closeAllConnections();
    await promise;
  }

  private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = new SandboxRequest(incoming);
    this.active++;
    const exchange = new Exchange(request, response, () => this.active--);
    try {
      request.rawBody = await readBody(incoming);
      await this.respond(exchange);
    } catch (error) {
      await this.fail(exchange, error);
    }
  }

  private respond(exchange: Exchange): Promise<void> {
    const { request } = exchange;
    if (request.path.startsWith(CONTROL_PREFIX)) {
      const { answers } = this.api;
      return deliver(exchange, control(request, { faults: this.faults, answers, log: this.log }), this.pace);
    }
    this.log.add(request);
    const taken = this.faults.take(request);
    if (taken) return deliverFaulty(exchange, taken, () => this.api.answer(request), this.api.faults, this.pace);
    return deliver(exchange, this.api.answer(request), this.pace);
  }

  private async fail(exchange: Exchange, error: unknown): Promise<void> {
    if (exchange.isOver) return;
    if (exchange.response.headersSent) return exchange.break('reset');
    const status = error instanceof BodyTooLargeError ? 413 : 500;
    const message = error instanceof BodyTooLargeError ? error.message : String(error);
    await deliver(exchange, this.api.refuse(status, message), this.pace);
  }
}
