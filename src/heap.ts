import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * By how much V8 lets the young half of the heap grow when objects survive in it. What is loaded at a start survives,
 * so that half would grow to its largest and stay so: 40 MB of an idle process. While nothing is answered it keeps its
 * size; then it grows as it likes, since a small one costs a busy gateway a sixth of its CPU. V8 reads the flag at each
 * collection.
 */
const KEEP_SIZE = '--semi-space-growth-factor=1';
const GROW = '--semi-space-growth-factor=2';

/**
 * With pretenuring, V8 learns from a burst, in which all of a stream lives long, to put such objects into the old half of
 * the heap at once. There they are garbage until the next full collection, and what they refer to is kept with them: each
 * young collection then keeps a fifth of what it looks at and takes 20 to 50 ms of the main thread, instead of 1 to 3,
 * for as long as streams go on (decision 026).
 */
const NO_PRETENURING = '--no-allocation-site-pretenuring';

setFlagsFromString(KEEP_SIZE);
setFlagsFromString(NO_PRETENURING);

/**
 * Called when all is loaded, before requests are answered: what only the start needed is a tenth of the process, and
 * would stay until the heap has grown to its first limit. Takes some 0.1 s.
 */
export function settleHeap(): void {
  collect();
  setFlagsFromString(GROW);
}

function collect(): void {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  if (typeof gc !== 'function') return;
  // From here on the heap may double from one full collection to the next. Without this V8 would set its limit just above
  // what lives now, and collect ten times in the first seconds under load.
  setFlagsFromString('--heap-growing-percent=100');
  // As when memory runs short: what is free goes back to the system. But no code is forgotten.
  setFlagsFromString('--no-flush-bytecode');
  gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  setFlagsFromString('--flush-bytecode');
}
