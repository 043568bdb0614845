import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AppConfig } from '../../config/app.config.js';
import { ConfigError } from '../../config/config-error.js';
import { isInMemory } from '../../config/database-url.js';

const FILE = 'secret';
const BYTES = 32;

/**
 * The secrets that keys are hashed with, the newest first: those of ASBRU_SECRET, else one that is made once in the
 * data folder.
 * @throws ConfigError where nodes would each make their own
 */
export function keySecrets(config: AppConfig): readonly string[] {
  if (config.secrets.length > 0) return config.secrets;
  if (config.database.engine === 'postgresql' && config.requiresKeys) {
    throw new ConfigError(
      'Asbru cannot start: ASBRU_SECRET is not set. Virtual keys are stored in PostgreSQL as hashes with this secret, and all gateways of a database need the same one. Set it to at least 32 random characters, as `openssl rand -hex 32` makes them.',
    );
  }
  // A database that is gone with the process needs no secret that is not.
  if (isInMemory(config.database)) return [randomBytes(BYTES).toString('hex')];
  return [secretFile(config.ASBRU_DATA_DIR)];
}

/** Two processes that start together agree on one: the first that has its file in place wins. */
function secretFile(folder: string): string {
  const path = join(folder, FILE);
  const found = readSecret(path);
  if (found !== undefined) return found;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const own = `${path}.${randomBytes(8).toString('hex')}`;
  writeFileSync(own, `${randomBytes(BYTES).toString('hex')}\n`, { mode: 0o600, flag: 'wx', flush: true });
  try {
    linkSync(own, path);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  } finally {
    rmSync(own);
  }
  const made = readSecret(path);
  if (made === undefined) throw new Error(`${path} is gone again`);
  return made;
}

function readSecret(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8').trim();
    if (text.length >= BYTES) return text;
    throw new ConfigError(
      `Asbru cannot start: ${path} holds no secret of at least ${BYTES} characters. Restore it, or set ASBRU_SECRET.`,
    );
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
