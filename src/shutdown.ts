import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Draining } from './common/context/draining.js';
import { AppConfig } from './config/app.config.js';
import { InFlight } from './health/in-flight.js';
import { AppLogger } from './telemetry/logger.js';

/** How often a draining server looks for connections that have become idle, in milliseconds. */
const SWEEP_MS = 100;
/** How long clients get to read the last frame of an answer that was ended, in milliseconds. */
const FAREWELL_MS = 2_000;

/**
 * Ends the process on SIGTERM (as orchestrators ask) or SIGINT (as a person asks): readiness off, wait until load
 * balancers have seen it, then `closeGracefully`, exit 0. A second signal ends it at once.
 */
export function stopOnSignals(app: NestFastifyApplication): void {
  const onSignal = (signal: NodeJS.Signals): void => {
    process.off('SIGTERM', onSignal).off('SIGINT', onSignal);
    process.once('SIGTERM', () => process.exit(1)).once('SIGINT', () => process.exit(130));
    app.get(AppLogger).pino.info({ signal }, 'Asbru is shutting down');
    void stop(app, signal === 'SIGTERM' ? app.get(AppConfig).ASBRU_PRESTOP_MS : 0);
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
}

/** Ends the process as soon as its requests are answered. @param prestopMs how long requests are still accepted */
export async function stop(app: NestFastifyApplication, prestopMs: number): Promise<never> {
  try {
    beginDraining(app);
    await sleep(prestopMs);
    await closeGracefully(app, app.get(AppConfig).ASBRU_DRAIN_MS);
    process.exit(0);
  } catch (error) {
    app.get(AppLogger).pino.error({ err: error }, 'shutdown failed');
    process.exit(1);
  }
}

/** Turns readiness off, and asks clients to leave: every answer that begins from now on says `connection: close`. */
export function beginDraining(app: NestFastifyApplication): void {
  app.get(Draining).begin();
  app.get(InFlight).closeConnections();
}

/**
 * Closes the application once its requests are answered; new ones are refused. After `limitMs` each open answer gets
 * an error of its own dialect as its last words. Node takes a connection that has not sent anything yet for busy, for
 * ever once the server is closing, so connections without a request are closed here.
 */
export async function closeGracefully(app: NestFastifyApplication, limitMs: number): Promise<void> {
  const draining = app.get(Draining);
  const server = app.getHttpServer();
  const deadline = Date.now() + limitMs;
  draining.refuse();
  const timeUp = setTimeout(() => draining.end(), limitMs);
  const sweep = setInterval(() => {
    server.closeIdleConnections();
    if (app.get(InFlight).count === 0 || Date.now() > deadline + FAREWELL_MS) server.closeAllConnections();
  }, SWEEP_MS);
  try {
    await app.close();
  } finally {
    clearTimeout(timeUp);
    clearInterval(sweep);
  }
}
