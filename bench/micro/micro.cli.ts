// Ratios of the hot path's pieces to JSON.parse of the same bytes, in the same run: no absolute time decides, so that
// it can run on any machine. Needs a build.
//
//   npm run bench:micro                prints them
//   npm run bench:micro -- --check     fails when one is above its bound
import { measure } from './guard.js';
import { GUARDS } from './guards.js';

const checks = process.argv.includes('--check');
let failed = 0;
for (const guard of GUARDS) {
  const { name, ratio, bound, baselineMicros, subjectMicros } = measure(guard);
  const isOver = ratio > bound;
  if (isOver) failed++;
  const verdict = checks ? (isOver ? 'FAILED ' : 'ok     ') : '';
  const times = `${subjectMicros.toFixed(1)} µs, JSON.parse ${baselineMicros.toFixed(1)} µs`;
  console.log(`${verdict}${name.padEnd(46)} ${ratio.toFixed(2).padStart(6)} of ${bound}  (${times})`);
}
if (checks) console.log(`micro: ${GUARDS.length - failed} passed, ${failed} failed`);
process.exitCode = checks && failed > 0 ? 1 : 0;
