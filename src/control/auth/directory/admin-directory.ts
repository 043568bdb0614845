import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  Optional,
} from '@nestjs/common';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import { Clock } from '../../../common/time/clock.port.js';
import { Notices } from '../../notices/notices.port.js';
import { KeyHasher } from '../../secrets/key-hasher.port.js';
import { ROLES_TOPIC } from '../declared-roles.port.js';
import { AdminStore } from '../store/admin-store.port.js';
import { type AdminEntry, type AdminLookup, AdminSnapshot } from './admin-snapshot.js';
import { UseNotes } from './use-notes.js';

/** How often the version is looked at: with a notice lost, a revocation takes this long and one query. */
const POLL_MS = 1_000;
/** How long a revoked token is known as one, for the log. */
const REMEMBER_MS = 30 * 86_400_000;

/**
 * All administrators, in memory: nothing asks the database who calls. Every node reads them anew within a second of a
 * change, or at once when it is told. While the database is away, those that are known stay known.
 */
@Injectable()
export class AdminDirectory implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('AdminDirectory');
  private readonly uses = new UseNotes();
  private snapshot: AdminSnapshot | undefined;
  private reading: Promise<void> | undefined;
  private cancelPoll: (() => void) | undefined;
  private stopHearing: (() => void) | undefined;
  private closed = false;
  private failing = false;

  constructor(
    private readonly store: AdminStore,
    private readonly hasher: KeyHasher,
    private readonly clock: Clock,
    @Optional() @Inject(Notices) private readonly notices?: Notices,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.stopHearing = this.notices?.on(ROLES_TOPIC, () => void this.look());
    await this.poll();
  }

  onModuleDestroy(): void {
    this.closed = true;
    this.cancelPoll?.();
    this.stopHearing?.();
  }

  /**
   * Who sent the token.
   * @throws GatewayError 503 `keys_unavailable` when nobody can say, because the tokens were never read
   */
  find(token: string): AdminLookup {
    const now = this.clock.wallTime();
    const digests = this.hasher.candidates(token);
    const lookup = this.current.find(digests, now);
    if (lookup.refusal === undefined) this.uses.note(lookup.entry.token.id, now);
    return lookup;
  }

  entryOf(id: string): AdminEntry | undefined {
    return this.current.entryOf(id);
  }

  /** After a change on this node: reads it, and tells the others. */
  async changed(): Promise<void> {
    // A look that began before the change may have missed it.
    await this.reading;
    await this.look();
    await this.notices?.publish(ROLES_TOPIC, 'changed');
  }

  /** Writes down when tokens were used; what cannot be written waits. */
  async writeUses(): Promise<void> {
    const uses = this.uses.take();
    if (uses.size === 0) return;
    try {
      await this.store.noteUse(uses);
    } catch (error) {
      this.uses.restore(uses);
      throw error;
    }
  }

  private get current(): AdminSnapshot {
    if (this.snapshot) return this.snapshot;
    throw new GatewayError(
      'keys_unavailable',
      'This gateway cannot reach its database, and does not know its administrators yet. Please try again later.',
      { headers: { 'retry-after': '1' } },
    );
  }

  private async poll(): Promise<void> {
    await this.look();
    if (this.closed) return;
    this.cancelPoll = this.clock.after(POLL_MS, () => void this.poll());
  }

  /** One look at a time; never rejects. */
  private look(): Promise<void> {
    this.reading ??= this.read().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  private async read(): Promise<void> {
    try {
      const version = await this.store.version();
      if (version !== this.snapshot?.version) {
        const records = await this.store.load(new Date(this.clock.wallTime() - REMEMBER_MS));
        this.snapshot = new AdminSnapshot(records);
        this.checkSecrets(this.snapshot);
      }
      await this.writeUses();
      this.failing = false;
    } catch (error) {
      // The database says itself, once, that it is away; what is known goes on.
      if (error instanceof GatewayError && error.code === 'storage_unavailable') return;
      // Once, not each second.
      if (!this.failing) this.logger.error({ err: error }, 'the administrators could not be read');
      this.failing = true;
    }
  }

  /** A node with another secret refuses every token: it has to say why. */
  private checkSecrets({ pepperIds }: AdminSnapshot): void {
    const known = new Set(this.hasher.candidates('').map(({ pepperId }) => pepperId));
    const foreign = [...pepperIds].filter((id) => !known.has(id));
    if (foreign.length === 0) return;
    this.logger.error(
      { secrets: foreign },
      'admin tokens were hashed with a secret that this node does not have, and are refused here: give all nodes the same ASBRU_SECRET',
    );
  }
}
