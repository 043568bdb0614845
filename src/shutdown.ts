import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppConfig } from './config/app.config.js';
import { Readiness } from './health/readiness.js';
import { InFlight } from './health/in-flight.js';
import { AppLogger } from './telemetry/logger.js';

/** How often a draining server looks for connections that have become idle, in milliseconds. */
const SWEEP_MS = 100;

/**
 * Ends the process on SIGTERM (as orchestrators ask) or SIGINT (as a person asks) without cutting an answer:
 * readiness off, wait until load balancers have seen it, stop listening, let running requests end, exit 0.
 * A second signal ends it at once.
 */
export function stopOnSignals(app: NestFastifyApplication): void {
  const config = app.get(AppConfig);
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    process.once('SIGTERM', () => process.exit(1)).once('SIGINT', () => process.exit(130));
    app.get(AppLogger).pino.info({ signal }, 'Asbru is shutting down');
    app.get(Readiness).drain();
    if (signal === 'SIGTERM') await sleep(config.ASBRU_PRESTOP_MS);
    await drain(app, config.ASBRU_DRAIN_MS);
    process.exit(0);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    process.off('SIGTERM', onSignal).off('SIGINT', onSignal);
    stop(signal).catch((error: unknown) => {
      app.get(AppLogger).pino.error({ err: error }, 'shutdown failed');
      process.exit(1);
    });
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
}

/**
 * Closes the application once its requests are answered, or after `limitMs`. Node takes a connection that has not
 * sent anything yet for busy, for ever once the server is closing, so connections without a request are closed here.
 */
async function drain(app: NestFastifyApplication, limitMs: number): Promise<void> {
  const server = app.getHttpServer();
  const deadline = Date.now() + limitMs;
  const sweep = setInterval(() => {
    server.closeIdleConnections();
    if (app.get(InFlight).count === 0 || Date.now() > deadline) server.closeAllConnections();
  }, SWEEP_MS);
  await app.close();
  clearInterval(sweep);
}
