import { pino } from 'pino';
import type { AppLogger } from '../../src/telemetry/logger.js';

/** Takes the lines that a logger writes, instead of standard output. */
export class LogCapture {
  readonly lines: string[] = [];
  private changed = Promise.withResolvers<void>();

  attach(logger: AppLogger): void {
    for (const member of Object.values(logger) as unknown[]) {
      if (typeof member === 'object' && member !== null && pino.symbols.streamSym in member) {
        Object.assign(member, { [pino.symbols.streamSym]: this });
      }
    }
    // Lines of requests go past pino.
    Object.assign(logger, { output: this });
  }

  /** Nothing is gathered here. */
  flush(): void {}

  flushSync(): void {}

  /** Called by pino and by the logger. */
  write(line: string): void {
    this.lines.push(line);
    const { resolve } = this.changed;
    this.changed = Promise.withResolvers();
    resolve();
  }

  /** The line of a request; waits for it, because it is written only when the connection is done with the answer. */
  async lineOf(requestId: unknown): Promise<Record<string, unknown>> {
    for (;;) {
      for (const line of this.lines) {
        const parsed = JSON.parse(line) as Record<string, unknown>;
        if (parsed.request_id === requestId) return parsed;
      }
      await this.changed.promise;
    }
  }

  /** The next line that holds a text, from the start of the capture or the last clear(). */
  async lineWith(text: string): Promise<string> {
    for (;;) {
      const line = this.lines.find((candidate) => candidate.includes(text));
      if (line !== undefined) return line;
      await this.changed.promise;
    }
  }

  clear(): void {
    this.lines.length = 0;
  }
}
