import { destination, type DestinationStream } from 'pino';

/** Gathers lines for standard output, and writes them without waiting for it. */
export class LineOutput implements DestinationStream {
  private readonly output: ReturnType<typeof destination>;
  private lines: string[] = [];
  private bytes = 0;

  /**
   * @param most bytes of one write, unless one line has more. pino's own buffer would measure all that it has for each
   * line: that is why lines wait here.
   */
  constructor(private readonly most: number) {
    this.output = destination({ dest: 1, sync: false, maxWrite: most });
  }

  write(line: string): void {
    const bytes = Buffer.byteLength(line);
    if (this.bytes + bytes > this.most) this.pass();
    this.lines.push(line);
    this.bytes += bytes;
  }

  /** Writes what is there now. */
  flush(): void {
    this.pass();
    this.output.flush();
  }

  /** The same, and waits for it. */
  flushSync(): void {
    this.pass();
    this.output.flushSync();
  }

  private pass(): void {
    if (this.lines.length === 0) return;
    this.output.write(this.lines.join(''));
    this.lines = [];
    this.bytes = 0;
  }
}
