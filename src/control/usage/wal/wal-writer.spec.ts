import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { until } from '../../../../test/support/within.js';
import { ManualClock } from '../../../common/time/manual-clock.js';
import { begun, ended } from '../fake-attempts.js';
import { FakeWalFiles } from './fake-wal-files.js';
import { decodeRecords } from './wal-record.js';
import { WalWriter } from './wal-writer.js';

beforeAll(() => Logger.overrideLogger(false));

const begin = (id: string) => ({ kind: 'begun', value: begun(id) }) as const;

describe('The write-ahead log', () => {
  let folder: string;
  let files: FakeWalFiles;
  let clock: ManualClock;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'asbru-wal-'));
    files = new FakeWalFiles();
    clock = new ManualClock();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function open(segmentBytes = 1 << 20, maxBytes = 1 << 30): WalWriter {
    const log = new WalWriter(folder, files, clock, { segmentBytes, maxBytes });
    log.open();
    return log;
  }

  const names = (): string[] => readdirSync(folder).toSorted();
  const idsIn = (name: string): string[] =>
    decodeRecords(readFileSync(join(folder, name))).records.flatMap(({ kind, value }) =>
      kind === 'begun' || kind === 'ended' ? [value.id] : [],
    );
  const ids = (): string[] => names().flatMap(idsIn);

  it('has a record when append returns, with one write', () => {
    const log = open();
    const before = files.writes;
    log.append(begin('a.1'));
    expect(files.writes).toBe(before + 1);
    expect(ids()).toEqual(['a.1']);
    log.append({ kind: 'ended', value: ended('a.1', 1) });
    expect(ids()).toEqual(['a.1', 'a.1']);
  });

  it('is synced every 200 ms when something was written, and only then', async () => {
    const log = open();
    clock.advance(200);
    await until(2_000, 'a sync', () => files.syncs === 1);
    clock.advance(1_000);
    expect(files.syncs).toBe(1);
    for (let count = 0; count < 50; count++) log.append(begin(`a.${count}`));
    clock.advance(199);
    expect(files.syncs).toBe(1);
    clock.advance(1);
    expect(files.syncs).toBe(2);
  });

  it('begins a new segment at its size, and deletes those of which nothing is needed', () => {
    const log = open(1_000);
    const segments = Array.from({ length: 12 }, (_, count) => log.append(begin(`a.${count}`)));
    expect(names().length).toBeGreaterThan(3);
    expect(ids()).toHaveLength(12);
    for (const segment of segments) segment.waiting += 1;
    log.sweep();
    expect(ids()).toHaveLength(12);
    const [first] = segments;
    for (const segment of segments) if (segment !== first) segment.waiting -= 1;
    log.sweep();
    // The first still has what is not in the database; the current one is written.
    expect(names()).toEqual(['000001.log', `${String(segments.at(-1)?.number).padStart(6, '0')}.log`]);
  });

  it('says when it is full, and takes what belongs to calls under way nevertheless', () => {
    const log = open(4_000, 10_000);
    const segments = [];
    while (log.accepts) segments.push(log.append(begin(`a.${segments.length}`)));
    expect(log.bytes).toBeGreaterThanOrEqual(10_000);
    for (const segment of segments) segment.waiting += 1;
    segments.push(log.append(begin('last.1')));
    expect(ids()).toHaveLength(segments.length);
    for (const segment of segments) segment.waiting = 0;
    log.sweep();
    expect(log.accepts).toBe(true);
  });

  it.each([
    ['at once', 0],
    ['in the middle of a record', 100],
    ['behind most of a record', 400],
  ])('loses nothing to a disk that is full %s, and goes on when it has room', (_, room) => {
    const log = open();
    log.append(begin('a.1'));
    files.room = room;
    log.append(begin('a.2'));
    expect(log.accepts).toBe(false);
    log.append(begin('a.3'));
    expect(ids()).toEqual(['a.1']);
    clock.advance(500);
    expect(log.accepts).toBe(false);
    files.room = Infinity;
    clock.advance(500);
    expect(log.accepts).toBe(true);
    expect(ids()).toEqual(['a.1', 'a.2', 'a.3']);
    log.append(begin('a.4'));
    expect(ids()).toEqual(['a.1', 'a.2', 'a.3', 'a.4']);
    for (const name of names()) expect(decodeRecords(readFileSync(join(folder, name))).torn).toBe(0);
  });

  it('refuses while the disk cannot sync, and recovers in a new segment', async () => {
    const log = open();
    files.syncFailure = Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' });
    log.append(begin('a.1'));
    clock.advance(200);
    await until(2_000, 'the failure', () => !log.accepts);
    log.append(begin('a.2'));
    clock.advance(500);
    expect(log.accepts).toBe(true);
    expect(names()).toEqual(['000001.log', '000002.log']);
    expect(ids()).toEqual(['a.1', 'a.2']);
  });

  it('writes what waits for the disk at its end', () => {
    const log = open();
    files.failure = new Error('EIO');
    log.append(begin('a.1')).waiting += 1;
    files.failure = undefined;
    expect(log.close()).toBe(false);
    expect(ids()).toEqual(['a.1']);
  });
});
