import cluster from 'node:cluster';
import { rmSync } from 'node:fs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { GroupMember } from '../common/workers/group-member.js';
import { GROUP } from '../common/workers/group-topics.js';
import { AppConfig } from '../config/app.config.js';
import { stop } from '../shutdown.js';
import { AppLogger } from '../telemetry/logger.js';

/**
 * Ends a worker when the supervisor says so, or is there no more. A signal of its own ends it too, but never twice: one
 * that is sent to the whole process group reaches it beside the supervisor's word. The supervisor alone cuts it short.
 */
export function obeySupervisor(app: NestFastifyApplication, group: GroupMember): void {
  const { pino } = app.get(AppLogger);
  let isStopping = false;
  const leave = (reason: string, prestopMs: number): void => {
    if (isStopping) return;
    isStopping = true;
    pino.info({ reason }, 'the worker is shutting down');
    void stop(app, prestopMs);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    leave(signal, signal === 'SIGTERM' ? app.get(AppConfig).ASBRU_PRESTOP_MS : 0);
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  group.answer(GROUP.drain, onSignal);
  group.onOrphaned(() => {
    // Nobody else is left to tidy up.
    if (group.folder !== undefined) rmSync(group.folder, { recursive: true, force: true });
    leave('the supervisor has ended', 0);
  });
  const { worker } = cluster;
  // Without this, Node ends a worker at once whose supervisor has ended, and cuts every stream.
  worker?.once('disconnect', () => (worker.exitedAfterDisconnect = true));
  // It is the supervisor's, and ends with it.
  process.stderr.on('error', () => undefined);
}
