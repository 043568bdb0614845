import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isRecord } from '../../../common/json/is-record.js';
import type { Checkpoint } from './checkpoint.js';

/** How much of the end is read at the start. */
const TAIL = 1024 * 1024;

/** Adds whole lines, and returns when they are on the disk. */
export async function addCheckpoints(path: string, checkpoints: readonly Checkpoint[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, 'a', 0o600);
  try {
    await file.appendFile(checkpoints.map((one) => `${JSON.stringify(one)}\n`).join(''));
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** The last checkpoint of each chain among the newest; none while there is no file. */
export async function lastCheckpoints(path: string): Promise<Map<string, Checkpoint>> {
  const last = new Map<string, Checkpoint>();
  const file = await open(path, 'r').catch(() => undefined);
  if (!file) return last;
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(Math.min(size, TAIL)),
      0,
      undefined,
      size - Math.min(size, TAIL),
    );
    for (const line of buffer.toString('utf8', 0, bytesRead).split('\n')) {
      const checkpoint = readCheckpoint(line);
      if (checkpoint) last.set(checkpoint.chain, checkpoint);
    }
  } finally {
    await file.close();
  }
  return last;
}

/** A line of the file, or of the log that has one in `checkpoint`; undefined for any other. */
export function readCheckpoint(line: string): Checkpoint | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (isRecord(value) && isRecord(value['checkpoint'])) value = value['checkpoint'];
  return isCheckpoint(value) ? value : undefined;
}

function isCheckpoint(value: unknown): value is Checkpoint {
  if (!isRecord(value) || typeof value['seq'] !== 'number') return false;
  return ['chain', 'hash', 'time', 'key_id', 'signature'].every((name) => typeof value[name] === 'string');
}
