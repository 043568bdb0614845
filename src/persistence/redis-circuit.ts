/** Opens after so many failures within a time, and stays open until it is closed. */
export class RedisCircuit {
  private failures: number[] = [];
  private opened = false;

  constructor(
    private readonly most: number,
    private readonly withinMs: number,
  ) {}

  get isOpen(): boolean {
    return this.opened;
  }

  /** @returns whether this failure opened it */
  fail(now: number): boolean {
    this.failures = this.failures.filter((at) => now - at < this.withinMs);
    this.failures.push(now);
    return this.failures.length >= this.most && this.open();
  }

  /** @returns whether it was closed before */
  open(): boolean {
    const changed = !this.opened;
    this.opened = true;
    return changed;
  }

  close(): void {
    this.opened = false;
    this.failures = [];
  }
}
