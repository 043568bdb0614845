import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigError } from '../../config/config-error.js';

/** Characters that a secret has at least. */
const SHORTEST = 32;

/**
 * The secret in a file, which is made, for this user alone, when there is none. Processes that start together get the
 * same one: the file appears whole, and the first wins.
 * @throws ConfigError when the file holds no secret or cannot be made
 */
export function secretIn(path: string): string {
  try {
    const secret = read(path) ?? make(path);
    if (secret.length >= SHORTEST) return secret;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(
      `Asbru cannot start: ${path} can be neither read nor made (${reason}). Set ASBRU_SECRET, or ASBRU_DATA_DIR to a folder that can be written.`,
    );
  }
  throw new ConfigError(
    `Asbru cannot start: ${path} holds no secret of at least ${SHORTEST} characters. Restore it from a backup, or delete it, and every key and token becomes invalid.`,
  );
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function make(path: string): string {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeWhole(draft, `${randomBytes(32).toString('base64url')}\n`);
  try {
    // A link fails where a file is; a rename would take another process's secret away.
    linkSync(draft, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
  return read(path) ?? '';
}

function writeWhole(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
