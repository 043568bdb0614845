import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { LoopLateness } from './loop-lateness.js';
import type { OverloadProbe } from './overload-monitor.js';
import type { OverloadSample } from './overload-policy.js';

/** Looks at this process. */
export class ProcessProbe implements OverloadProbe {
  private readonly loop = new LoopLateness();
  private readonly memoryLimit = containerLimit();

  constructor(readonly inFlight: () => number) {}

  start(): void {
    this.loop.start();
  }

  stop(): void {
    this.loop.stop();
  }

  sample(): OverloadSample {
    const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
    return {
      loopDelayMs: this.loop.takeP99(),
      inFlight: this.inFlight(),
      heap: used / limit,
      rss: this.memoryLimit === undefined ? 0 : process.memoryUsage.rss() / this.memoryLimit,
    };
  }
}

/** Bytes that the container may use. Without a limit the kernel reports a number beyond any memory. */
function containerLimit(): number | undefined {
  const limit = process.constrainedMemory();
  return limit > 0 && limit <= totalmem() ? limit : undefined;
}
