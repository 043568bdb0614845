import 'reflect-metadata';
import { writeSync } from 'node:fs';
import { SeededRandom } from '../../src/common/random/random.port.js';
import { SystemClock } from '../../src/common/time/clock.port.js';
import { readDatabaseUrl } from '../../src/config/database-url.js';
import { begun, ended, settled } from '../../src/control/usage/fake-attempts.js';
import { LedgerRuntime } from '../../src/control/usage/ledger-runtime.js';
import { OrmUsageStore } from '../../src/control/usage/store/usage-store.repository.js';
import { DiskWalFiles } from '../../src/control/usage/wal/wal-files.port.js';
import { Database } from '../../src/persistence/database.js';

/**
 * Charges attempts until it is killed, and says on standard output what it is about to do and what the ledger has
 * acknowledged: one line for each, written before anything else happens.
 */
const [root = '', url = '', seed = '0'] = process.argv.slice(2);
const address = readDatabaseUrl(url);
if (!address) throw new Error('no database');
const clock = new SystemClock();
const database = new Database(address, clock);
const random = new SeededRandom(Number(seed));
const say = (line: string): void => void writeSync(1, `${line}\n`);
const runtime = new LedgerRuntime(
  new OrmUsageStore(database, clock),
  clock,
  // Small segments, so that kills meet every stage of their life.
  { root, maxBytes: 1 << 30, mustPersist: true, isShared: true, batch: 20, segmentBytes: 16 * 1024, mostInMemory: 100 },
  ({ requestId }) => say(`adopted ${requestId}`),
  new DiskWalFiles(),
);
await database.start();
void runtime.start();
say('ready');

const open: string[] = [];
for (let count = 0; ; count++) {
  const id = `req_${seed}_${count}.1`;
  say(`intend ${id}`);
  runtime.ledger.begin(begun(id));
  say(`begun ${id}`);
  open.push(id);
  while (open.length > random.next() * 8) {
    const [next = ''] = open.splice(Math.floor(random.next() * open.length), 1);
    const cost = Math.floor(random.next() * 900);
    say(`charge ${next} ${cost}`);
    runtime.ledger.end(ended(next, cost));
    say(`ended ${next} ${cost}`);
    runtime.ledger.settled(settled(next, cost));
  }
  if (count % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
}
