import { existsSync, mkdirSync, mkdtempSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Logger } from '@nestjs/common';
import { ManualClock } from '../../src/common/time/manual-clock.js';
import { SqliteCheckpoints } from '../../src/persistence/sqlite-checkpoints.js';
import { until, within } from '../support/within.js';

const MEGABYTE = 1024 * 1024;

describe("Copies of SQLite's log into its file", () => {
  let folder: string;
  let path: string;
  let database: DatabaseSync;
  let clock: ManualClock;
  let checkpoints: SqliteCheckpoints;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'asbru-checkpoints-'));
    path = join(folder, 'some.db');
    database = new DatabaseSync(path);
    // Nobody but the thread copies.
    database.exec('pragma journal_mode = wal; pragma wal_autocheckpoint = 0; pragma busy_timeout = 1000');
    database.exec('create table things (thing blob)');
    clock = new ManualClock();
    checkpoints = new SqliteCheckpoints(path, clock);
    checkpoints.start();
  });

  afterEach(async () => {
    await within(5_000, 'the end of the thread', checkpoints.stop());
    if (database.isOpen) database.close();
    rmSync(folder, { recursive: true });
  });

  const write = (megabytes: number): void => {
    const insert = database.prepare('insert into things values (zeroblob(?))');
    for (let written = 0; written < megabytes; written++) insert.run(MEGABYTE);
  };
  const sizes = () => ({ file: statSync(path).size, log: statSync(`${path}-wal`).size });

  it('leave a short log alone', () => {
    write(2);
    const before = sizes();
    clock.advance(5_000);
    expect(sizes()).toEqual(before);
  });

  it('are made by a thread, and the log begins anew', async () => {
    write(5);
    expect(sizes().file).toBeLessThan(MEGABYTE);
    clock.advance(1_000);
    await until(10_000, 'the file to have all', () => sizes().file > 5 * MEGABYTE);
    // A commit that meets the thread at work goes to the log's end, one that comes after it to its start.
    let { log } = sizes();
    await until(20_000, 'the log to begin anew', () => {
      clock.advance(1_000);
      write(1);
      const before = log;
      log = sizes().log;
      return log === before;
    });
    expect(database.prepare('select count(*) as count from things').get()?.['count']).toBeGreaterThan(5);
    expect(database.prepare('pragma integrity_check').get()?.['integrity_check']).toBe('ok');
  });

  it('are tried again by another thread when one could not', async () => {
    write(5);
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation();
    renameSync(path, `${path}-away`);
    mkdirSync(path);
    clock.advance(1_000);
    await until(10_000, 'the end of the thread', () => warn.mock.calls.length > 0);
    expect(warn.mock.calls).toEqual([
      [
        { err: expect.objectContaining({ message: 'unable to open database file' }) },
        "the thread that copies SQLite's log has ended",
      ],
    ]);
    warn.mockRestore();
    rmdirSync(path);
    renameSync(`${path}-away`, path);
    // Only a log that was written since is looked at again.
    write(1);
    clock.advance(1_000);
    await until(10_000, 'the file to have all', () => statSync(path).size > 5 * MEGABYTE);
  });

  it('end with the gateway', async () => {
    write(5);
    clock.advance(1_000);
    await within(5_000, 'the end of the thread', checkpoints.stop());
    expect(clock.pending).toBe(0);
    database.close();
    expect(existsSync(`${path}-wal`)).toBe(false);
  });
});
