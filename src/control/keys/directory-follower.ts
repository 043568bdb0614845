import { Logger } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/sql';
import type { Clock } from '../../common/time/clock.port.js';
import { ConfigError } from '../../config/config-error.js';
import type { Database } from '../../persistence/database.js';
import type { Notices } from '../notices/notices.port.js';
import { CONTROL_TOPIC, readNotice } from '../tenancy/control-notice.js';
import { KEPT_VERSIONS, type Tenancy } from '../tenancy/tenancy.js';
import { INSTALLATION } from '../tenancy/tenant-scope.js';
import { allRows, DIRECTORY_KINDS, rowsOf } from './directory/directory-rows.js';
import { type ChangedRows, DirectoryState } from './directory/directory-state.js';
import type { KeySnapshot } from './key-snapshot.js';
import type { MemoryKeyDirectory } from './memory-key-directory.js';

/** How often the database is looked at, in milliseconds: a notice may be lost. */
const LOOK_MS = 1_000;
/** More changed rows than these are read faster all together. */
const MANY_CHANGES = 5_000;

/** Keeps the directory as the database has it: by looking from time to time, and at once when it is told of a change. */
export class DirectoryFollower {
  private readonly logger = new Logger('KeyDirectory');
  private readonly stops: Array<() => void> = [];
  private cancel: (() => void) | undefined;
  private looking: Promise<void> | undefined;
  private next: Promise<void> | undefined;
  private keeping: Promise<void> | undefined;
  private stopped = false;
  private failing = false;
  private unreadable = 0;

  constructor(
    private readonly directory: MemoryKeyDirectory,
    private readonly database: Database,
    private readonly tenancy: Tenancy,
    private readonly notices: Notices,
    private readonly clock: Clock,
    /** Undefined when nothing is kept on disk. */
    private readonly snapshot: KeySnapshot | undefined,
  ) {}

  /**
   * Reads everything, or what was kept on disk while the database cannot be reached, and follows from then on.
   * @throws ConfigError when there are keys that no configured secret fits
   */
  async start(): Promise<void> {
    await this.database.start();
    await this.tryLook();
    if (this.directory.version === undefined && this.snapshot) await this.startFromDisk(this.snapshot);
    this.assertReadable();
    this.tenancy.onCommitted(({ version, revoked }) => {
      this.directory.revoke(revoked, version);
      return this.look();
    });
    this.stops.push(
      this.notices.on(CONTROL_TOPIC, (message) => {
        const { version, revoked } = readNotice(message);
        this.directory.revoke(revoked, version);
        if ((this.directory.version ?? -1) < version || version === 0) void this.tryLook();
      }),
    );
    this.schedule();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.cancel?.();
    for (const stop of this.stops) stop();
    await this.looking?.catch(() => undefined);
    await this.next?.catch(() => undefined);
    await this.keeping;
  }

  /** Resolves when the directory has all that was stored before the call. */
  look(): Promise<void> {
    if (!this.looking) return this.begin();
    // The look under way may have begun too early.
    this.next ??= this.looking.then(
      () => this.begin(),
      () => this.begin(),
    );
    return this.next;
  }

  private begin(): Promise<void> {
    this.next = undefined;
    this.looking = this.lookOnce().finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  private async tryLook(): Promise<void> {
    try {
      await this.look();
      this.failing = false;
    } catch (error) {
      // The database tells of its own outages; anything else is told once until it is over.
      if (!this.failing)
        this.logger.error({ err: error }, 'the virtual keys could not be read: the last ones are used');
      this.failing = true;
    }
  }

  private schedule(): void {
    if (this.stopped) return;
    this.cancel = this.clock.after(LOOK_MS, () => {
      void this.tryLook().then(() => this.schedule());
    });
  }

  private async lookOnce(): Promise<void> {
    if (this.stopped) return;
    const at = this.clock.now();
    const known = this.directory.version;
    const version = await this.database.run(versionOf);
    if (known !== version) {
      const behind = known === undefined ? Infinity : version - known;
      // A version that is lower than ours is another database, as after a restore.
      const taken = behind > 0 && behind < KEPT_VERSIONS && (await this.takeChanges());
      if (!taken) await this.takeAll();
    }
    this.directory.noteSeen(at);
    this.tellUnreadable();
    this.keepOnDisk(version);
  }

  /** Nobody waits for the disk. */
  private keepOnDisk(version: number): void {
    this.keeping ??= this.snapshot?.keep(version, this.clock.wallTime(), this.tenancy).finally(() => {
      this.keeping = undefined;
    });
  }

  /** @returns whether it could: there may be too many */
  private takeChanges(): Promise<boolean> {
    const state = this.directory.current;
    if (!state) return Promise.resolve(false);
    return this.tenancy.read(INSTALLATION, async (_reader, em) => {
      const version = await versionOf(em);
      const changed = await em.execute<Array<{ kind: string; id: string }>>(
        'select distinct kind, id from control_changes where version > ? and version <= ?',
        [state.version, version],
      );
      if (changed.length > MANY_CHANGES) return false;
      const changes: ChangedRows[] = [];
      for (const kind of DIRECTORY_KINDS) {
        if (kind === 'virtual_key_secret') continue;
        const ids = changed.filter((one) => one.kind === kind).map(({ id }) => id);
        if (ids.length > 0) changes.push({ kind, ids, rows: await rowsOf(em, kind, ids) });
      }
      const keys = changes.find(({ kind }) => kind === 'virtual_key')?.ids ?? [];
      const secrets = keys.length === 0 ? [] : await rowsOf(em, 'virtual_key_secret', keys);
      // No turn of the event loop from here: a lookup sees all of a version or nothing.
      state.apply(version, changes, secrets);
      return true;
    });
  }

  private takeAll(): Promise<void> {
    return this.tenancy.read(INSTALLATION, async (_reader, em) => {
      const state = new DirectoryState(await versionOf(em));
      for await (const batch of allRows(em)) state.load(batch);
      state.loaded();
      this.directory.replace(state);
    });
  }

  private async startFromDisk(snapshot: KeySnapshot): Promise<void> {
    const kept = await snapshot.read(this.clock.wallTime());
    if (!kept) return;
    const state = new DirectoryState(kept.version);
    for (const batch of kept.batches) state.load(batch);
    state.loaded();
    this.directory.replace(state);
    const age = Math.round((this.clock.wallTime() - kept.at) / 1_000);
    this.logger.warn(
      { keys: state.size, age },
      'the database cannot be reached: starting with the keys that were kept on disk',
    );
  }

  private assertReadable(): void {
    const count = this.directory.unreadable;
    if (count > 0) throw new ConfigError(unreadableText(count));
  }

  private tellUnreadable(): void {
    const count = this.directory.unreadable;
    if (count > 0 && count !== this.unreadable) this.logger.error({ count }, unreadableText(count));
    this.unreadable = count;
  }
}

function unreadableText(count: number): string {
  const keys = count === 1 ? '1 live virtual key was' : `${count} live virtual keys were`;
  return `ASBRU_SECRET lacks a secret: ${keys} hashed with one that is not configured. Add it behind the newest, as ASBRU_SECRET=new,old, or restore the file 'secret' of the data folder.`;
}

async function versionOf(em: EntityManager): Promise<number> {
  const [row] = await em.execute<Array<{ version: number | string }>>(
    'select version from control_version where id = 1',
  );
  if (!row) throw new Error('The table control_version has lost its row');
  return Number(row.version);
}
