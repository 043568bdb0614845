import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Global, Logger, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { SystemClock } from '../../common/time/clock.port.js';
import { LoneWorker } from '../../common/workers/lone-worker.js';
import { WorkerGroup } from '../../common/workers/worker-group.port.js';
import { AppConfig, validateConfig } from '../../config/app.config.js';
import { ConfigError } from '../../config/config-error.js';
import { Database } from '../../persistence/database.js';
import { begun, ended, FAR, MONTH } from './fake-attempts.js';
import { UsageLedger } from './usage-ledger.port.js';
import { UsageModule } from './usage.module.js';

beforeAll(() => Logger.overrideLogger(false));

describe('The ledger of a gateway that starts', () => {
  let folder: string;
  let database: Database | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'asbru-ledger-'));
  });
  afterEach(async () => {
    await database?.close();
    database = undefined;
    rmSync(folder, { recursive: true });
  });

  async function start(env: Record<string, string>): Promise<TestingModule> {
    const config = validateConfig({ NODE_ENV: 'test', DATABASE_URL: 'sqlite::memory:', ...env });
    const made = new Database(config.database, new SystemClock());
    database = made;
    @Global()
    @Module({
      providers: [
        { provide: AppConfig, useValue: config },
        { provide: WorkerGroup, useClass: LoneWorker },
        { provide: Database, useValue: made },
      ],
      exports: [AppConfig, Database, WorkerGroup],
    })
    class Surroundings {}
    const module = await Test.createTestingModule({ imports: [Surroundings, UsageModule] }).compile();
    await made.start();
    return module.init();
  }

  it('has its log in the data folder, and none when all of it is in the database', async () => {
    const ledger = (await start({ ASBRU_DATA_DIR: folder })).get(UsageLedger);
    ledger.begin(begun('req_1.1'));
    expect(readdirSync(join(folder, 'wal'))).toHaveLength(1);
    ledger.end(ended('req_1.1', 7));
    expect(ledger.accepts).toBe(true);
    await database?.close();
    database = undefined;
    expect(readdirSync(join(folder, 'wal'))).toEqual([]);
  });

  it('does not start without a log when keys are required, and says how to mend it', async () => {
    writeFileSync(join(folder, 'file'), '');
    const starting = start({ ASBRU_DATA_DIR: join(folder, 'file'), ASBRU_AUTH: 'required' });
    await expect(starting).rejects.toThrow(ConfigError);
    await expect(starting).rejects.toThrow(/ASBRU_DATA_DIR/);
  });

  it('counts in memory when they are not', async () => {
    writeFileSync(join(folder, 'file'), '');
    const ledger = (await start({ ASBRU_DATA_DIR: join(folder, 'file'), ASBRU_AUTH: 'open' })).get(UsageLedger);
    ledger.begin(begun('req_1.1', { budgets: [['bud_a', MONTH, FAR]] }));
    ledger.end(ended('req_1.1', 7));
    expect(ledger.accepts).toBe(true);
    expect(ledger.balances.of('bud_a', MONTH)).toEqual([[MONTH, 7]]);
    expect(existsSync(join(folder, 'wal'))).toBe(false);
  });

  it('counts the end of an attempt once', async () => {
    const ledger = (await start({ ASBRU_DATA_DIR: folder })).get(UsageLedger);
    ledger.begin(begun('req_1.1'));
    for (let time = 0; time < 3; time++) ledger.end(ended('req_1.1', 7));
    ledger.end(ended('req_never.1', 7));
    expect(ledger.balances.of('bud_a', MONTH)).toEqual([[MONTH, 7]]);
  });
});
