import type { ServerResponse } from 'node:http';
import type { SandboxRequest } from './sandbox-request.js';

/** How a connection can break: an orderly TCP end in the middle of the answer, or a reset. */
export type Break = 'close' | 'reset';

/** One answer on its way out: knows when the client has gone, so that nobody writes or waits for it. */
export class Exchange {
  /** The connection is closed, or the answer is complete. */
  isOver = false;
  private wake: (() => void) | undefined;
  private wasCut = false;

  constructor(
    readonly request: SandboxRequest,
    readonly response: ServerResponse,
    onOver: () => void,
  ) {
    response.once('close', () => {
      this.isOver = true;
      request.close(response.writableFinished ? 'finished' : this.wasCut ? 'cut' : 'aborted');
      this.wake?.();
      onOver();
    });
  }

  head(status: number, headers: string[]): void {
    if (this.isOver) return;
    this.request.status = status;
    this.response.writeHead(status, headers);
  }

  /** Waits that long, or until the connection closes; without a time, until it closes. */
  wait(ms = Infinity): Promise<void> {
    if (this.isOver || ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = Number.isFinite(ms) ? setTimeout(resolve, ms) : undefined;
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Lets what was written leave the process before anything else happens. */
  turn(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** Writes, and waits while the client reads more slowly than the sandbox writes. */
  async write(bytes: string | Uint8Array): Promise<void> {
    if (this.isOver || this.response.write(bytes)) return;
    await new Promise<void>((resolve) => {
      this.response.once('drain', resolve);
      this.wake = resolve;
    });
  }

  end(bytes?: string | Uint8Array): void {
    if (this.isOver) return;
    if (bytes === undefined) this.response.end();
    else this.response.end(bytes);
  }

  /** Breaks the connection without ending the answer. */
  break(how: Break): void {
    if (this.isOver) return;
    this.wasCut = true;
    const { socket } = this.response;
    if (how === 'reset') socket?.resetAndDestroy();
    else socket?.destroy();
  }
}
