/** How many requests run at one time, and how many there are in all. */
export interface Crowd {
  readonly count: number;
  readonly atOnce: number;
}

/** Runs a step for each number from 0, so many at one time. */
export async function crowd({ count, atOnce }: Crowd, step: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await step(next++);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker));
}

/** Begins steps at a steady rate for so long, whether earlier ones have ended or not, and waits for all of them. */
export async function steady(perSecond: number, ms: number, step: (index: number) => Promise<void>): Promise<number> {
  const running: Array<Promise<void>> = [];
  const begin = performance.now();
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setInterval(() => {
    const passed = Math.min(ms, performance.now() - begin);
    while (running.length < (passed * perSecond) / 1000) running.push(step(running.length));
    if (passed >= ms) resolve();
  }, 5);
  await promise;
  clearInterval(timer);
  await Promise.all(running);
  return running.length;
}

/** Numbers from 0 to 1 that are the same in each run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The value below which the share `q` of the values stays. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

/** Writes a figure that a test has measured, for who reads its output. */
export function report(figures: string): void {
  process.stdout.write(`    measured: ${figures}\n`);
}
