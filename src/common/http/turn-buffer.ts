/**
 * Collects what one turn of the event loop brings, and gives it out as one at its end. A read of a socket holds many
 * chunks of the transfer encoding when the other side is faster than the gateway, and undici tells each alone: what it
 * costs to pass something on is then paid for each read, not for each chunk. What comes alone does not wait.
 */
export class TurnBuffer {
  private parts: Buffer[] = [];

  constructor(private readonly give: (bytes: Buffer) => void) {}

  add(bytes: Buffer): void {
    if (this.parts.push(bytes) === 1) queueMicrotask(() => this.flush());
  }

  /** Gives out what is there now: something follows that comes after it. */
  flush(): void {
    const { parts } = this;
    const [first] = parts;
    if (!first) return;
    this.parts = [];
    this.give(parts.length === 1 ? first : Buffer.concat(parts));
  }
}
