import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROVIDER_KEYS } from '../src/config/provider-keys.js';

process.env.ASBRU_LOG_LEVEL ??= 'silent';

// A developer's real keys would make providers, and tests would reach them. Empty, and not deleted: a file .env would
// set them again.
for (const { setting } of PROVIDER_KEYS) process.env[setting] = '';
// A database of its own for each gateway of a test, and none of the developer's.
process.env.DATABASE_URL = 'sqlite::memory:';
// Nor a secret of the working directory's.
process.env.ASBRU_DATA_DIR = join(tmpdir(), `asbru-test-data-${process.pid}`);
// No counters that other tests, or a developer's gateway, count in too.
process.env.REDIS_URL = '';
