import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { SystemClock } from '../common/time/clock.port.js';
import { LoneWorker } from '../common/workers/lone-worker.js';
import type { AppConfig } from '../config/app.config.js';
import { CountersHost } from '../control/counters/workers/counters-host.js';
import { SingleProcessGuard } from '../persistence/single-process-guard.js';
import { AppLogger } from '../telemetry/logger.js';
import { MetricsHost } from './metrics-host.js';
import { Supervisor, type WorkerService } from './supervisor.js';

/** What a worker needs beyond the time that its last answers get, in milliseconds. */
const FAREWELL_MS = 15_000;

/** Runs the workers, and ends this process when they have ended. @throws ConfigError when it cannot begin */
export async function supervise(config: AppConfig): Promise<never> {
  const logger = new AppLogger(config, new LoneWorker());
  Logger.overrideLogger(logger);
  const clock = new SystemClock();
  const isShared = config.REDIS_URL !== undefined;
  // For all of them: they count together, here or in Redis.
  const guard = new SingleProcessGuard(config.database, isShared, clock);
  await guard.acquire();
  const services: WorkerService[] = [new MetricsHost()];
  if (!isShared) services.push(new CountersHost(clock));
  const patienceMs = config.ASBRU_PRESTOP_MS + config.ASBRU_DRAIN_MS + FAREWELL_MS;
  const folder = makeFolder();
  const supervisor = new Supervisor({ workers: config.workers, patienceMs, folder }, services, logger.pino);
  process.on('SIGTERM', () => supervisor.stop('SIGTERM')).on('SIGINT', () => supervisor.stop('SIGINT'));
  // Without a file there is nothing to read again, and a terminal that closes ends it all.
  if (config.ASBRU_CONFIG !== undefined) process.on('SIGHUP', () => supervisor.signal('SIGHUP'));
  const status = await supervisor.run();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  await guard.release();
  logger.onApplicationShutdown();
  process.exit(status);
}

/** In memory where the system has that, also beside a file system that is read-only. */
function makeFolder(): string | undefined {
  for (const place of ['/dev/shm', tmpdir()]) {
    try {
      return mkdtempSync(join(place, 'asbru-'));
    } catch {
      // The next place, or none: probes are staggered all the same.
    }
  }
  return undefined;
}
