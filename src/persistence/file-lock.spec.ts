import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileLock } from './file-lock.js';

describe('A lock on a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'asbru-lock-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('has one holder at a time', () => {
    const path = join(folder, 'deep', 'one.lock');
    const first = FileLock.tryAcquire(path);
    expect(first).toBeDefined();
    expect(FileLock.tryAcquire(path)).toBeUndefined();
    first?.release();
    const second = FileLock.tryAcquire(path);
    expect(second).toBeDefined();
    second?.release();
  });

  it('fails loudly where no file can be', () => {
    expect(() => FileLock.tryAcquire(join(folder, 'deep', 'one.lock', 'two.lock'))).toThrow(/EEXIST|ENOTDIR/);
  });
});
