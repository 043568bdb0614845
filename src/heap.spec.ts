import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const HOOKS = join(__dirname, '../test/support/source-hooks.mjs');
/** Objects of one place in the code that outlive young collections: what makes V8 allocate the next ones as old. */
const BURSTS = `
  const kept = [];
  for (let i = 0; i < 600_000; i++) {
    kept.push({ i, list: [i, i] });
    if (kept.length > 200_000) kept.length = 0;
  }`;
const DECISION = /AllocationSite\(\w+\): .* => \w*\s*tenure/;

function traceOf(script: string): string {
  const args = ['--trace-pretenuring-statistics', '--import', HOOKS, '--input-type=module', '-e', script];
  return execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
}

describe('The heap', () => {
  it('of Node alone learns to allocate what lives as old', () => {
    expect(traceOf(BURSTS)).toMatch(DECISION);
  });

  it('of the gateway does not', () => {
    const heap = JSON.stringify(join(__dirname, 'heap.ts'));
    const trace = traceOf(`await import(${heap});${BURSTS}\nconsole.log('done');`);
    expect(trace).toMatch(/done/);
    expect(trace).not.toMatch(DECISION);
  });
});
