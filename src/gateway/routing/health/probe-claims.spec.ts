import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProbeClaims } from './probe-claims.js';

describe('Claims of probes', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'asbru-claims-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('give each probe of each target to the first worker that asks', () => {
    const workers = [new ProbeClaims(folder), new ProbeClaims(folder), new ProbeClaims(folder)];
    const ask = (target: string, number: number) => workers.map((worker) => worker.claim(target, number));
    expect(ask('alpha/m#main', 0)).toEqual([true, false, false]);
    expect(ask('alpha/../../m#main', 0)).toEqual([true, false, false]);
    expect(ask('alpha/m#main', 1)).toEqual([true, false, false]);
    expect(ask('alpha/m#main', 1)).toEqual([false, false, false]);
  });

  it('leave one file for each target', () => {
    const claims = new ProbeClaims(folder);
    for (let number = 0; number < 10; number++) claims.claim('alpha/m#main', number);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('are everybody’s without the folder: a target is probed all the same', () => {
    rmSync(folder, { recursive: true });
    expect(new ProbeClaims(folder).claim('alpha/m#main', 0)).toBe(true);
  });
});
