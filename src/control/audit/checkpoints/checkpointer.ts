import { join } from 'node:path';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import { Clock } from '../../../common/time/clock.port.js';
import { AppConfig } from '../../../config/app.config.js';
import { Database } from '../../../persistence/database.js';
import { AuditRecorder } from '../audit-recorder.js';
import { AuditRepository, type ChainHead } from '../store/audit.repository.js';
import { type Checkpoint, signCheckpoint, type SigningKey } from './checkpoint.js';
import { addCheckpoints, lastCheckpoints } from './checkpoint-file.js';
import { keyFromFolder, keyFromSetting, publish } from './signing-key.js';

/** Checkpoints are made so often, or after so many rows of this node. */
const EVERY_MS = 60_000;
const EVERY_ROWS = 1_000;
const FILE = 'audit-checkpoints.jsonl';
/** Clocks of other nodes, whose heads are looked for, may be behind. */
const SKEW_MS = 10 * 60_000;

/** Signs where chains stand, into a file and the log: what is shipped elsewhere from there, nobody can take back. */
@Injectable()
export class Checkpointer implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Audit');
  private readonly file: string;
  private key: SigningKey | undefined;
  private last: Map<string, Pick<Checkpoint, 'seq' | 'hash'>> | undefined;
  private since: Date | undefined;
  private rows = 0;
  private running: Promise<void> | undefined;
  private cancel: (() => void) | undefined;
  private stopped = false;

  constructor(
    private readonly repository: AuditRepository,
    private readonly config: AppConfig,
    private readonly clock: Clock,
    recorder: AuditRecorder,
    database: Database,
  ) {
    this.file = join(config.ASBRU_DATA_DIR, FILE);
    if (config.ASBRU_AUDIT_KEY !== undefined) this.key = keyFromSetting(config.ASBRU_AUDIT_KEY);
    recorder.onRecorded((count) => this.count(count));
    database.beforeClose(() => this.now());
  }

  onApplicationBootstrap(): void {
    this.wait();
  }

  onModuleDestroy(): void {
    this.stopped = true;
    this.cancel?.();
  }

  /** Makes checkpoints of all chains that have new rows. Never rejects; what fails is tried again. */
  now(): Promise<void> {
    this.running ??= this.make()
      .catch((error: unknown) => this.tell(error))
      .finally(() => {
        this.running = undefined;
      });
    return this.running;
  }

  private count(count: number): void {
    this.rows += count;
    // The rows are in a transaction that is not over yet; what it adds is in this checkpoint or in the next.
    if (this.rows < EVERY_ROWS || this.stopped) return;
    this.rows = 0;
    this.clock.after(0, () => void this.now());
  }

  private wait(): void {
    this.cancel = this.clock.after(EVERY_MS, () => {
      void this.now().finally(() => {
        if (!this.stopped) this.wait();
      });
    });
  }

  private async make(): Promise<void> {
    const at = this.clock.wallTime();
    const heads = await this.repository.heads(null, this.since);
    this.last ??= await lastCheckpoints(this.file);
    const { last } = this;
    const fresh = heads.filter((head) => this.isNew(head, last.get(head.chain)));
    if (fresh.length > 0) {
      const key = this.signingKey();
      const time = new Date(at).toISOString();
      const checkpoints = fresh.map((head) => signCheckpoint(head, time, key));
      for (const checkpoint of checkpoints) this.logger.log({ checkpoint }, 'audit checkpoint');
      await addCheckpoints(this.file, checkpoints);
      for (const { chain, seq, hash } of fresh) last.set(chain, { seq, hash });
    }
    this.since = new Date(at - SKEW_MS);
  }

  /** A head that went back is signed too: whoever compares the checkpoints sees both. */
  private isNew({ chain, seq, hash }: ChainHead, before: Pick<Checkpoint, 'seq' | 'hash'> | undefined): boolean {
    if (!before || seq > before.seq) return true;
    if (seq === before.seq && hash === before.hash) return false;
    this.logger.error(
      { chain, seq, hash, signed: { seq: before.seq, hash: before.hash } },
      'the audit chain is not what was signed: somebody has changed it in the database, or an older backup is in use',
    );
    return true;
  }

  private signingKey(): SigningKey {
    this.key ??= keyFromFolder(this.config.ASBRU_DATA_DIR);
    publish(this.key, this.config.ASBRU_DATA_DIR);
    return this.key;
  }

  private tell(error: unknown): void {
    // The database tells its own outages.
    if (error instanceof GatewayError && error.code === 'storage_unavailable') return;
    this.logger.error({ err: error }, 'no checkpoint of the audit log could be made: it is tried again');
  }
}
