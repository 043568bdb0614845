import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';

/** How closely a file is watched, in milliseconds. */
export interface WatchTimes {
  /** How long events are gathered, and how long content must stay the same before it is used. */
  readonly settleMs: number;
  /** How often the file is looked at without an event. */
  readonly pollMs: number;
}

/**
 * Says when a file may have changed. The directory is watched and not the file, because editors and Kubernetes put a new
 * file or link in its place; it is looked at now and then as well, because network file systems and links to other
 * directories send no events.
 */
export class FileWatch {
  private readonly watcher: FSWatcher | undefined;
  private readonly polling: NodeJS.Timeout;
  private settling: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    file: string,
    private readonly times: WatchTimes,
    private readonly onHint: () => void,
  ) {
    this.watcher = this.watchDirectory(dirname(file));
    this.polling = setInterval(onHint, times.pollMs).unref();
  }

  /** Gives the hint once more, a little later; further calls until then are the same one. */
  hintSoon(): void {
    if (this.closed) return;
    this.settling ??= setTimeout(() => {
      this.settling = undefined;
      this.onHint();
    }, this.times.settleMs).unref();
  }

  close(): void {
    this.closed = true;
    this.watcher?.close();
    clearInterval(this.polling);
    clearTimeout(this.settling);
  }

  private watchDirectory(directory: string): FSWatcher | undefined {
    try {
      const watcher = watch(directory, { persistent: false }, () => this.hintSoon());
      // The directory is gone, or the system has no watches left: polling goes on.
      return watcher.on('error', () => watcher.close());
    } catch {
      return undefined;
    }
  }
}
