import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { AppConfig } from '../../config/app.config.js';
import { ConfigError } from '../../config/config-error.js';
import { isInMemory } from '../../config/database-url.js';
import { secretIn } from './secret-file.js';

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
  return [secretIn(join(config.ASBRU_DATA_DIR, 'secret'))];
}
