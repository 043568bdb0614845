import { connect, type Socket } from 'node:net';

/** A client that writes HTTP by hand, for what no HTTP library would send. */
export class RawSocket {
  private received = '';
  private changed = Promise.withResolvers<void>();
  /** Resolves when the server has closed the connection, in whatever way. */
  readonly closed: Promise<void>;

  private constructor(readonly socket: Socket) {
    const closing = Promise.withResolvers<void>();
    this.closed = closing.promise;
    socket.on('data', (bytes: Buffer) => this.add(bytes.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.add('');
      closing.resolve();
    });
  }

  static async open(port: number): Promise<RawSocket> {
    const socket = connect(port, '127.0.0.1');
    const { promise, resolve } = Promise.withResolvers<void>();
    socket.once('connect', resolve);
    await promise;
    return new RawSocket(socket);
  }

  write(text: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => this.socket.write(text, () => resolve()));
  }

  /** All that has come so far, one character for each byte. */
  get text(): string {
    return this.received;
  }

  /** Waits until what has come matches, and gives it. @throws Error when the server closes before it does */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.received)) {
      if (this.socket.closed) throw new Error(`Closed before ${pattern} came: ${this.received.slice(0, 500)}`);
      await this.changed.promise;
    }
    return this.received;
  }

  /** Forgets what has come, before the next request on the same connection. */
  clear(): void {
    this.received = '';
  }

  close(): void {
    this.socket.destroy();
  }

  private add(text: string): void {
    this.received += text;
    const { resolve } = this.changed;
    this.changed = Promise.withResolvers();
    resolve();
  }
}

/** The head of a POST of JSON, and its body with the right length. */
export function rawPost(path: string, body: string, headers: readonly string[] = []): string {
  const lines = [
    `POST ${path} HTTP/1.1`,
    'host: gateway',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    ...headers,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
