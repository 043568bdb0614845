import { EventEmitter } from 'node:events';
import { mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { FileSettingsStore, type FileSettingsOptions } from './file-settings.store.js';
import type { GatewaySettings } from './gateway-settings.types.js';

function content(idleMs: number | string): string {
  return `version: 1
providers:
  cerebras: { type: cerebras, keys: [{ name: main, value: '\${KEY}' }], timeouts: { idle_ms: ${idleMs} } }
`;
}

const idleOf = (settings: GatewaySettings): number | undefined =>
  settings.providers['cerebras']?.policy.timeouts.idleMs;

const HOUR = 3_600_000;

describe('FileSettingsStore', () => {
  let directory: string;
  let file: string;
  const signals = new EventEmitter();
  const stores: FileSettingsStore[] = [];

  beforeAll(() => Logger.overrideLogger(false));
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'asbru-settings-'));
    file = join(directory, 'asbru.yaml');
    await writeFile(file, content(1));
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) store.onApplicationShutdown();
    await rm(directory, { recursive: true });
  });

  /** Watches by events only, unless told otherwise. */
  async function open(options: FileSettingsOptions = {}): Promise<FileSettingsStore> {
    const store = await FileSettingsStore.open(file, {
      env: { KEY: 'csk-1' },
      signals,
      settleMs: 5,
      pollMs: HOUR,
      ...options,
    });
    stores.push(store);
    return store;
  }

  it('does not open a file that cannot be used', async () => {
    await writeFile(file, content(0));
    await expect(open()).rejects.toThrow('idle_ms: must be at least 1');
    await unlink(file);
    await expect(open()).rejects.toThrow('there is no such file');
  });

  it('sees a file that is written again', async () => {
    const store = await open();
    const change = firstValueFrom(store.changes);
    await writeFile(file, content(2));
    const settings = await change;
    expect(idleOf(settings)).toBe(2);
    expect(store.current).toBe(settings);
  });

  it('sees a file that takes the place of the old one, as editors save', async () => {
    const store = await open();
    const change = firstValueFrom(store.changes);
    await writeFile(join(directory, '.asbru.yaml.new'), content(3));
    await rename(join(directory, '.asbru.yaml.new'), file);
    expect(idleOf(await change)).toBe(3);
  });

  it('sees a link that is swapped, as Kubernetes updates a ConfigMap', async () => {
    for (const [name, idle] of [
      ['..1', 1],
      ['..2', 4],
    ] as const) {
      await mkdir(join(directory, name));
      await writeFile(join(directory, name, 'asbru.yaml'), content(idle));
    }
    await symlink('..1', join(directory, '..data'));
    await unlink(file);
    await symlink('..data/asbru.yaml', file);
    const store = await open();
    const change = firstValueFrom(store.changes);
    await symlink('..2', join(directory, '..data_tmp'));
    await rename(join(directory, '..data_tmp'), join(directory, '..data'));
    expect(idleOf(await change)).toBe(4);
  });

  it('sees by polling what sends no event here', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'asbru-elsewhere-'));
    await writeFile(join(elsewhere, 'real.yaml'), content(1));
    await unlink(file);
    await symlink(join(elsewhere, 'real.yaml'), file);
    const store = await open({ pollMs: 10 });
    const change = firstValueFrom(store.changes);
    await writeFile(join(elsewhere, 'real.yaml'), content(5));
    expect(idleOf(await change)).toBe(5);
    await rm(elsewhere, { recursive: true });
  });

  it('reads again on SIGHUP', async () => {
    // Only the signal can tell: neither events nor polls come in time.
    const store = await open({ settleMs: HOUR });
    const change = firstValueFrom(store.changes);
    await writeFile(file, content(6));
    signals.emit('SIGHUP');
    expect(idleOf(await change)).toBe(6);
  });

  it('takes a new key from the file at once, and keeps the old snapshot whole for who holds it', async () => {
    const store = await open({ settleMs: HOUR });
    const held = store.current;
    await writeFile(file, content(1).replace('${KEY}', 'csk-2'));
    await expect(store.reload()).resolves.toBe('changed');
    expect(store.current.providers['cerebras']?.keys[0]?.value.reveal()).toBe('csk-2');
    expect(held.providers['cerebras']?.keys[0]?.value.reveal()).toBe('csk-1');
    expect(store.current.version).not.toBe(held.version);
  });

  it('keeps the last good settings while the file is wrong or gone, and says why', async () => {
    const store = await open({ settleMs: HOUR });
    const good = store.current;
    await writeFile(file, content('soon'));
    await expect(store.reload()).resolves.toBe('failed');
    expect(store.lastError?.message).toContain('idle_ms: must be a whole number');
    await unlink(file);
    await expect(store.reload()).resolves.toBe('failed');
    expect(store.lastError?.message).toContain('there is no such file');
    expect(store.current).toBe(good);

    await writeFile(file, content(1));
    await expect(store.reload()).resolves.toBe('unchanged');
    expect(store.lastError).toBeUndefined();
    expect(store.current).toBe(good);
  });

  it('recovers by itself when a wrong file is mended', async () => {
    const store = await open();
    await writeFile(file, content('soon'));
    await store.reload();
    expect(store.lastError).toBeDefined();
    const change = firstValueFrom(store.changes);
    await writeFile(file, content(7));
    expect(idleOf(await change)).toBe(7);
    expect(store.lastError).toBeUndefined();
  });

  it('does not take another form of the same content for a change', async () => {
    const store = await open({ settleMs: HOUR });
    const changes = lastValueFrom(store.changes.pipe(toArray()));
    await writeFile(file, `# a comment\n${content(1)}`);
    await expect(store.reload()).resolves.toBe('unchanged');
    await writeFile(file, content(8));
    await store.reload();
    store.onApplicationShutdown();
    expect((await changes).map(idleOf)).toEqual([8]);
  });

  it('reads in turn, so that the newest content wins', async () => {
    const store = await open({ settleMs: HOUR });
    const first = store.reload();
    await writeFile(file, content(9));
    await Promise.all([first, store.reload(), store.reload()]);
    expect(idleOf(store.current)).toBe(9);
  });

  it('lets go of everything at shutdown', async () => {
    const before = signals.listenerCount('SIGHUP');
    const store = await open({ pollMs: 10 });
    expect(signals.listenerCount('SIGHUP')).toBe(before + 1);
    const changes = lastValueFrom(store.changes.pipe(toArray()));
    store.onApplicationShutdown();
    expect(signals.listenerCount('SIGHUP')).toBe(before);
    await expect(changes).resolves.toEqual([]);
  });
});
