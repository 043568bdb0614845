import { ConfigError } from './config/config-error.js';
import { withSourceLines } from './telemetry/source-lines.js';

/**
 * Says why the process cannot start, in words for wrong settings and with the stack for anything else, and ends it:
 * what has been opened by then would keep it alive.
 */
export function explainFailure(error: unknown): void {
  process.stderr.write(`${textOf(error)}\n`);
  process.exit(1);
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof ConfigError) return error.message;
  if ('code' in error && error.code === 'EADDRINUSE') {
    return `Asbru cannot start: the port is in use (${error.message}). Set PORT to another one.`;
  }
  return withSourceLines(error.stack ?? error.message);
}
