import { setFlagsFromString } from 'node:v8';

/**
 * By how much V8 lets the young half of the heap grow when objects survive in it. What is loaded at a start survives,
 * so that half would grow to its largest and stay so: 40 MB of an idle process. While nothing is answered it keeps its
 * size; then it grows as it likes, since a small one costs a busy gateway a sixth of its CPU. V8 reads the flag at each
 * collection.
 */
const KEEP_SIZE = '--semi-space-growth-factor=1';
const GROW = '--semi-space-growth-factor=2';

setFlagsFromString(KEEP_SIZE);

/** Called when requests are answered. */
export function letHeapGrow(): void {
  setFlagsFromString(GROW);
}
