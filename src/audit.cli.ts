import './node-version.js';
import { createPublicKey } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { readCheckpoint } from './control/audit/checkpoints/checkpoint-file.js';
import { verifyExport, type Witness } from './control/audit/verification.js';

const HELP = `Whether an export of the audit log is what was written. Needs no database and no gateway.

  audit verify --from audit.ndjson [--checkpoints audit-checkpoints.jsonl --pub audit.pub.pem] [--chain org_…]

  --checkpoints  checkpoints as the gateway wrote them, or lines of its log that have them
  --pub          public half of the key that they are signed with
  --chain        the export has this chain alone

Exits with 0 when all is well, 1 when something is wrong, 2 when it could not be found out.
`;
const TEXT = { type: 'string' } as const;

process.exitCode = await run().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  return 2;
});

async function run(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' }, from: TEXT, checkpoints: TEXT, pub: TEXT, chain: TEXT },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (positionals.join(' ') !== 'verify' || values.from === undefined) throw new Error(HELP);
  const witness = await witnessOf(values.checkpoints, values.pub);
  const lines = createInterface({ input: createReadStream(values.from), crlfDelay: Infinity });
  const { problem, rows, chains, checkpoints, later } = await verifyExport(lines, witness, values.chain);
  if (problem) {
    const where = [problem.chain ?? 'the export', ...(problem.seq === null ? [] : [`row ${problem.seq}`])].join(', ');
    console.log(`WRONG: ${where}: ${problem.reason}`);
    return 1;
  }
  const signed = witness
    ? `${checkpoints} checkpoints agree, ${later} are later than the export`
    : 'without checkpoints: who could rewrite all of a chain could have done so';
  console.log(`${rows} rows of ${chains} chains are whole (${signed})`);
  return 0;
}

async function witnessOf(path: string | undefined, pub: string | undefined): Promise<Witness | undefined> {
  if (path === undefined && pub === undefined) return undefined;
  if (path === undefined || pub === undefined) throw new Error('--checkpoints and --pub belong together');
  const lines = (await readFile(path, 'utf8')).split('\n');
  const checkpoints = lines.flatMap((line) => readCheckpoint(line) ?? []);
  if (checkpoints.length === 0) throw new Error(`${path} has no checkpoint`);
  return { checkpoints, publicKey: createPublicKey(await readFile(pub)) };
}
