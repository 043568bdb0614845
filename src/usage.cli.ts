import './node-version.js';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Logger } from '@nestjs/common';
import { GatewayError } from './common/errors/gateway-error.js';
import { SystemClock } from './common/time/clock.port.js';
import { DEFAULT_DATABASE_URL, readDatabaseUrl } from './config/database-url.js';
import { UsageCommands } from './control/usage/usage-commands.js';
import { Database } from './persistence/database.js';

const HELP = `What was used, read from the database that DATABASE_URL names.

  usage [--group-by model,day] [--from 2026-01-01] [--to 2026-02-01] [--format table|csv|json]
        [--organization id] [--customer id] [--team id] [--project id] [--user id] [--virtual-key id]
        [--model name] [--provider name] [--operation name] [--tag text] [--outcome ok]
  usage reconcile --invoice file.csv --provider cerebras --from 2026-01-01 --to 2026-02-01 [--tolerance 0.001]
        [--column-date date] [--column-model model] [--column-input-tokens input_tokens]
        [--column-output-tokens output_tokens] [--column-cost cost]
        exits with 1 when a day and model differ by more than the tolerance
  usage verify
        whether balances are the sums of their records; exits with 1 when not
  usage wal verify
        whether the logs in ASBRU_DATA_DIR are whole, and what of them is not in the database yet
`;

const FILTERS = [
  'organization',
  'customer',
  'team',
  'project',
  'user',
  'virtual-key',
  'model',
  'provider',
  'operation',
  'tag',
  'outcome',
] as const;
const COLUMNS = ['date', 'model', 'input-tokens', 'output-tokens', 'cost'] as const;
const TEXT = { type: 'string' } as const;

Logger.overrideLogger(['error']);
// The gateway reads it too, so the same database is meant.
if (existsSync('.env')) process.loadEnvFile('.env');
process.exitCode = await run();

async function run(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      'group-by': TEXT,
      from: TEXT,
      to: TEXT,
      format: TEXT,
      invoice: TEXT,
      tolerance: TEXT,
      ...Object.fromEntries(FILTERS.map((name) => [name, TEXT])),
      ...Object.fromEntries(COLUMNS.map((name) => [`column-${name}`, TEXT])),
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const options = Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name.replaceAll('-', '_'), value]] : [],
    ),
  );
  return withDatabase((database) => command(database, positionals.join(' '), options));
}

function command(database: Database, name: string, options: Readonly<Record<string, string>>): Promise<number> {
  const commands = new UsageCommands(database, new SystemClock(), (text) => process.stdout.write(text));
  if (name === '') return commands.report(options);
  if (name === 'reconcile') return commands.reconcile(options, (path) => readFile(path, 'utf8'));
  if (name === 'verify') return commands.verify();
  if (name === 'wal verify') return verifyLogs(commands);
  throw new GatewayError('invalid_value', `Unknown command '${name}'.\n\n${HELP}`);
}

async function verifyLogs(commands: UsageCommands): Promise<number> {
  const root = join(process.env['ASBRU_DATA_DIR'] || './data', 'wal');
  if (!existsSync(root)) {
    console.log(`${root}: there are no logs`);
    return 0;
  }
  const entries = await readdir(root, { withFileTypes: true });
  return commands.verifyLogs(entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(root, name)));
}

async function withDatabase(work: (database: Database) => Promise<number>): Promise<number> {
  const address = readDatabaseUrl(process.env['DATABASE_URL'] || DEFAULT_DATABASE_URL);
  if (!address) {
    console.error('DATABASE_URL is no URL of a database');
    return 2;
  }
  const database = new Database(address, new SystemClock());
  await database.start();
  try {
    return await work(database);
  } catch (error) {
    // A wrong option or a database that is away: a stack trace would only hide the reason.
    console.error(error instanceof Error ? error.message : String(error));
    return 2;
  } finally {
    await database.close();
  }
}
