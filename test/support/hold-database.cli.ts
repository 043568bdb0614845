import { SystemClock } from '../../src/common/time/clock.port.js';
import { readDatabaseUrl } from '../../src/config/database-url.js';
import { SingleProcessGuard } from '../../src/persistence/single-process-guard.js';

/** Holds the lock of a database (its URL, and whether it is shared) until it is killed, and tells its parent. */
const [, , url = '', shared] = process.argv;
const address = readDatabaseUrl(url);
if (!address) throw new Error(`${url} is no database`);
await new SingleProcessGuard(address, shared === 'true', new SystemClock()).acquire();
process.send?.('held');
setInterval(() => undefined, 1_000);
