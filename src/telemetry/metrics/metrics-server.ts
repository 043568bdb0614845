import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AppConfig } from '../../config/app.config.js';
import { ConfigError } from '../../config/config-error.js';
import { Metrics } from './metrics.port.js';

const TIMEOUT_MS = 10_000;

/** The metrics on a port of their own (`ASBRU_METRICS_PORT`), which can stay inside while the API's is public. */
@Injectable()
export class MetricsServer implements OnApplicationBootstrap, OnApplicationShutdown {
  private server: Server | undefined;

  constructor(
    private readonly config: AppConfig,
    private readonly metrics: Metrics,
  ) {}

  /** The port that is listened on; undefined without a port of its own. */
  get port(): number | undefined {
    const address = this.server?.address();
    return isInternet(address) ? address.port : undefined;
  }

  async onApplicationBootstrap(): Promise<void> {
    const { ASBRU_METRICS_PORT: port, host, metricsPlace } = this.config;
    if (metricsPlace !== 'own' || port === undefined) return;
    const server = createServer({ requestTimeout: TIMEOUT_MS, headersTimeout: TIMEOUT_MS }, (request, response) => {
      this.answer(request, response).catch(() => response.destroy());
    });
    server.listen(port, host);
    try {
      await once(server, 'listening');
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ConfigError(`Asbru cannot serve metrics on ASBRU_METRICS_PORT ${port}: ${reason}`, { cause });
    }
    this.server = server;
  }

  async onApplicationShutdown(): Promise<void> {
    const { server } = this;
    if (!server) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  private async answer({ method, url }: IncomingMessage, response: ServerResponse): Promise<void> {
    if (url?.split('?', 1)[0] !== '/metrics') return end(response, 404, 'Not found. See /metrics.\n');
    if (method !== 'GET' && method !== 'HEAD') return end(response, 405, 'Use GET.\n');
    const text = await this.metrics.render();
    response.setHeader('content-type', this.metrics.contentType);
    end(response, 200, text);
  }
}

function end(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  if (!response.hasHeader('content-type')) response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.end(text);
}

function isInternet(address: AddressInfo | string | null | undefined): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}
