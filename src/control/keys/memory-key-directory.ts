import { Clock } from '../../common/time/clock.port.js';
import { KeyHasher, OWN_PREFIX } from '../tenancy/key-hasher.js';
import type { DirectoryState, Found } from './directory/directory-state.js';
import { KeyDirectory, type KeyLookup } from './key-directory.port.js';

/** After so long without a look at the database nobody can say that a key is unknown, in milliseconds. */
const FRESH_MS = 10_000;

const UNKNOWN: KeyLookup = { found: undefined, reason: 'unknown' };
const UNAVAILABLE: KeyLookup = { found: undefined, reason: 'unavailable' };

/** All keys of the installation, by the hash of their secrets; `DirectoryFollower` keeps them as the database has them. */
export class MemoryKeyDirectory extends KeyDirectory {
  private state: DirectoryState | undefined;
  private seenAt: number | undefined;
  /** Ids of keys and secrets that were said to be revoked, with the version from which the database says so too. */
  private readonly revoked = new Map<string, number>();

  constructor(
    private readonly hasher: KeyHasher,
    private readonly clock: Clock,
  ) {
    super();
  }

  override isOwnForm(token: string): boolean {
    return token.startsWith(OWN_PREFIX);
  }

  override find(token: string, now: number): KeyLookup {
    const { state } = this;
    // Where callers need no key, each sends his vendor's: that one is not hashed to learn that it is none of ours.
    if (state && (state.hasImported || this.isOwnForm(token))) {
      for (const digest of this.hasher.candidates(token)) {
        const found = state.find(digest);
        if (found) return this.judge(state, found, now);
      }
    }
    return this.isComplete ? UNKNOWN : UNAVAILABLE;
  }

  override get ready(): boolean {
    return this.state !== undefined;
  }

  get version(): number | undefined {
    return this.state?.version;
  }

  get current(): DirectoryState | undefined {
    return this.state;
  }

  /** How many live secrets no configured pepper fits, so that their holders cannot be told from strangers. */
  get unreadable(): number {
    return this.state?.unreadable(this.hasher.pepperIds) ?? 0;
  }

  /** Puts a whole state in place; calls under way keep their holders. */
  replace(state: DirectoryState): void {
    this.state = state;
  }

  /** Notes that the state is as the database was at a moment of the clock. */
  noteSeen(at: number): void {
    this.seenAt = Math.max(this.seenAt ?? at, at);
    const version = this.state?.version ?? 0;
    for (const [id, from] of this.revoked) if (from <= version) this.revoked.delete(id);
  }

  /** Refuses keys or secrets from now on, before the database was read. */
  revoke(ids: readonly string[], version: number): void {
    if ((this.state?.version ?? -1) >= version) return;
    for (const id of ids) this.revoked.set(id, version);
  }

  private judge(state: DirectoryState, { record, secret }: Found, now: number): KeyLookup {
    const { expiresAt = Infinity, id } = record.facts;
    if (!record.active || this.revoked.has(id) || this.revoked.has(secret.id)) return UNKNOWN;
    const ends = Math.min(expiresAt, secret.validUntil ?? Infinity);
    if (ends <= now) return { found: undefined, reason: 'expired', expiredAt: ends };
    return { found: state.holderOf(record) };
  }

  private get isComplete(): boolean {
    return this.seenAt !== undefined && this.clock.now() - this.seenAt <= FRESH_MS && this.unreadable === 0;
  }
}
