import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../config/config-error.js';
import { secretIn } from './secret-file.js';

describe('The secret in the data folder', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'asbru-secret-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is made once, for this user alone, and leaves no draft behind', () => {
    const path = join(folder, 'data', 'secret');
    const secret = secretIn(path);
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(secretIn(path)).toBe(secret);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'data'))).toEqual(['secret']);
    expect(secretIn(join(folder, 'other', 'secret'))).not.toBe(secret);
  });

  it('is the same for processes that start together', async () => {
    const path = join(folder, 'secret');
    const script = `
      const { secretIn } = await import(${JSON.stringify(join(__dirname, 'secret-file.ts'))});
      process.stdout.write(secretIn(${JSON.stringify(path)}));`;
    const hooks = join(__dirname, '../../../test/support/source-hooks.mjs');
    const all = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const child = spawn(process.execPath, ['--import', hooks, '--input-type=module', '-e', script]);
        let text = '';
        let trouble = '';
        child.stdout.on('data', (bytes: Buffer) => (text += bytes.toString()));
        child.stderr.on('data', (bytes: Buffer) => (trouble += bytes.toString()));
        await once(child, 'close');
        return text === '' ? trouble : text;
      }),
    );
    expect(new Set(all)).toEqual(new Set([secretIn(path)]));
  });

  it('that is short stops the start, and is not repeated', () => {
    const path = join(folder, 'secret');
    writeFileSync(path, 'hunter2\n');
    expect(() => secretIn(path)).toThrow(ConfigError);
    expect(() => secretIn(path)).toThrow(/holds no secret of at least 32 characters/);
    expect(() => secretIn(path)).not.toThrow(/hunter2/);
  });

  it('that cannot be made stops the start, and says what to do', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => secretIn(join(folder, 'file', 'secret'))).toThrow(/Set ASBRU_SECRET/);
  });
});
