import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppLogger } from './telemetry/logger.js';
import { withSourceLines } from './telemetry/source-lines.js';

/**
 * Keeps the process alive when a promise is rejected that nobody waits for: a defect, here or in a library, but no
 * reason to cut every answer under way. It is logged as fatal, for somebody to mend. An exception that nobody catches
 * still ends the process, since nobody knows what it left undone.
 */
export function surviveRejections(app: NestFastifyApplication): void {
  const { pino } = app.get(AppLogger);
  process.on('unhandledRejection', (reason) => pino.fatal({ err: reason }, 'nobody handled a rejection: a defect'));
  // Node says it, with this stack.
  process.on('uncaughtExceptionMonitor', (thrown: unknown) => {
    // Anything can be thrown, and nothing here may hide it.
    if (thrown instanceof Error && thrown.stack) Reflect.set(thrown, 'stack', withSourceLines(thrown.stack));
  });
}
