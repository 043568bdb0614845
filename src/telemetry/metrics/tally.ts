import { Counter, type Registry } from 'prom-client';

/** One number that only grows. */
export interface Cell {
  value: number;
}

/**
 * A counter whose numbers are plain fields: prom-client hashes the labels on each `inc()`, which costs half a
 * microsecond. They are handed to it when the metrics are scraped.
 */
export class Tally {
  private readonly cells: Array<{ labels: Record<string, string>; cell: Cell }> = [];

  constructor(
    registry: Registry,
    name: string,
    help: string,
    private readonly labelNames: readonly string[],
  ) {
    const { cells } = this;
    const counter: Counter = new Counter({
      name,
      help,
      labelNames: [...labelNames],
      registers: [registry],
      collect() {
        counter.reset();
        for (const { labels, cell } of cells) counter.inc(labels, cell.value);
      },
    });
  }

  /** A new cell with these label values, in the order of the names. The caller keeps it, and asks once. */
  cell(...values: string[]): Cell {
    const cell = { value: 0 };
    const labels = Object.fromEntries(this.labelNames.map((name, index) => [name, values[index] ?? '']));
    this.cells.push({ labels, cell });
    return cell;
  }
}
