import { LEVELS, type Level } from '../../contract/level.types.js';
import { OWN_PREFIX } from '../../tenancy/key-hasher.js';
import { readTerms } from '../../tenancy/key-terms.js';
import {
  type Batch,
  type DirectoryKind,
  number,
  numberOrUndefined,
  type Row,
  text,
  textOrNull,
} from './directory-rows.js';
import { HeldKey, type KeyFacts, type SharedTerms } from './held-key.js';
import { type Chain, type LevelTerms, LevelTree, type Place } from './level-tree.js';

/** What a caller of a key proves to have. */
interface Secret {
  readonly id: string;
  /** 32 bytes as binary text. */
  readonly digest: string;
  readonly validUntil: number | undefined;
  readonly pepperId: string;
}

/** Keys in the same place share one, and with it the chain. */
interface Slot extends Place {
  chain: Chain | undefined;
}

/** A key with its secrets; replaced as a whole when its row changes. */
export class KeyRecord {
  holder: HeldKey | undefined;
  own: LevelTerms | undefined;

  constructor(
    readonly facts: KeyFacts,
    readonly active: boolean,
    readonly slot: Slot,
    readonly secrets: readonly Secret[],
  ) {}
}

/** A key, and which of its secrets was meant. */
export interface Found {
  readonly record: KeyRecord;
  readonly secret: Secret;
}

/** What has changed, for `apply`: the rows that are there, and all ids that were asked for. */
export interface ChangedRows extends Batch {
  readonly ids: readonly string[];
}

/** Everything that keys are judged by, at one version. */
export class DirectoryState {
  private readonly tree = new LevelTree();
  private readonly byDigest = new Map<string, KeyRecord>();
  private readonly byId = new Map<string, KeyRecord>();
  private readonly slots = new Map<string, Slot>();
  private readonly terms = new Map<string, SharedTerms>();
  /** Keys that wait for their secrets, which come after them. */
  private waiting = new Map<string, Row>();
  /** Live secrets by the id of the pepper that they were hashed with. */
  private readonly peppers = new Map<string, number>();
  /** Texts that many rows have, each once. */
  private readonly texts = new Map<string, string>();

  private sawImported = false;

  constructor(public version: number) {}

  /** Whether there may be keys that were not made here, so that any text could be one. */
  get hasImported(): boolean {
    return this.sawImported;
  }

  get size(): number {
    return this.byId.size;
  }

  /** How many live secrets were hashed with another pepper than these. */
  unreadable(pepperIds: readonly string[]): number {
    let count = 0;
    for (const [id, secrets] of this.peppers) if (!pepperIds.includes(id)) count += secrets;
    return count;
  }

  find(digest: string): Found | undefined {
    const record = this.byDigest.get(digest);
    const secret = record?.secrets.find((one) => one.digest === digest);
    return record && secret ? { record, secret } : undefined;
  }

  holderOf(record: KeyRecord): HeldKey {
    const chain = (record.slot.chain ??= this.tree.chainOf(record.slot));
    const own = (record.own ??= this.tree.ownTerms(record.facts.id, record.facts.name));
    const { holder } = record;
    if (holder?.chain === chain && holder.own === own) return holder;
    return (record.holder = new HeldKey(record.facts, chain, own));
  }

  /** Adds what is new, while everything is read. Secrets come after all keys. */
  load({ kind, rows }: Batch): void {
    if (kind === 'virtual_key') for (const row of rows) this.waiting.set(text(row, 'id'), row);
    else if (kind === 'virtual_key_secret') this.loadSecrets(rows);
    else for (const row of rows) this.putOther(kind, row);
  }

  /** After the last batch. */
  loaded(): void {
    for (const row of this.waiting.values()) this.putKey(row, []);
    this.waiting = new Map();
  }

  /** Takes over what has changed. Keys and secrets come together: `keys` has the secrets of all changed keys. */
  apply(version: number, changes: readonly ChangedRows[], secrets: readonly Row[]): void {
    const dirty = new Set<string>();
    for (const { kind, ids, rows } of changes) {
      const found = new Map(rows.map((row) => [text(row, 'id'), row]));
      for (const id of ids) {
        const row = found.get(id);
        if (kind === 'virtual_key') this.replaceKey(id, row, secrets);
        else for (const level of row ? this.putOther(kind, row) : this.removeOther(kind, id)) dirty.add(level);
      }
    }
    if (dirty.size > 0) this.renew(dirty);
    this.version = version;
  }

  private loadSecrets(rows: readonly Row[]): void {
    for (const row of rows) {
      const id = text(row, 'key_id');
      const waiting = this.waiting.get(id);
      const before = this.byId.get(id);
      if (waiting) {
        this.waiting.delete(id);
        this.putKey(waiting, [row]);
      } else if (before) this.addSecret(before, row);
    }
  }

  /** The second secret of a key, which is rare. */
  private addSecret({ facts, active, slot, secrets: [first, ...rest] }: KeyRecord, row: Row): void {
    const second = this.secretOf(row);
    // The one that has an end is the older one.
    const isNewer = first?.validUntil !== undefined;
    const secrets = first ? (isNewer ? [second, first, ...rest] : [first, second, ...rest]) : [second];
    this.put(new KeyRecord(isNewer ? { ...facts, prefix: text(row, 'prefix') } : facts, active, slot, secrets));
    if (active) this.count(second.pepperId, 1);
  }

  private replaceKey(id: string, row: Row | undefined, secrets: readonly Row[]): void {
    const before = this.byId.get(id);
    for (const { digest, pepperId } of before?.secrets ?? []) {
      // Another key of the same change may have taken the value over.
      if (this.byDigest.get(digest) === before) this.byDigest.delete(digest);
      if (before?.active) this.count(pepperId, -1);
    }
    this.byId.delete(id);
    if (!row) return;
    const own = secrets.filter((one) => one['key_id'] === id);
    this.putKey(
      row,
      own.toSorted((one, other) => number(other, 'created_at') - number(one, 'created_at')),
    );
  }

  private putKey(row: Row, rows: readonly Row[]): void {
    const slot = this.slotOf(row);
    const secrets = rows.map((one) => this.secretOf(one));
    const facts: KeyFacts = {
      id: text(row, 'id'),
      organizationId: slot.organizationId,
      name: text(row, 'name'),
      prefix: rows[0] ? text(rows[0], 'prefix') : '',
      expiresAt: numberOrUndefined(row, 'expires_at'),
      terms: this.sharedTerms(text(row, 'terms')),
    };
    const active = text(row, 'status') === 'active';
    this.put(new KeyRecord(facts, active, slot, secrets));
    if (active) for (const { pepperId } of secrets) this.count(pepperId, 1);
  }

  private put(record: KeyRecord): void {
    this.byId.set(record.facts.id, record);
    if (record.facts.prefix !== '' && !record.facts.prefix.startsWith(OWN_PREFIX)) this.sawImported = true;
    for (const { digest } of record.secrets) this.byDigest.set(digest, record);
  }

  /** @returns ids of the levels whose terms are others now */
  private putOther(kind: DirectoryKind, row: Row): string[] {
    if (kind === 'budget') return this.tree.putBudget(row);
    if (kind === 'rate_limit') return this.tree.putLimit(row);
    const level = levelOf(kind);
    if (level) this.tree.putLevel(level, row);
    return [text(row, 'id')];
  }

  private removeOther(kind: DirectoryKind, id: string): string[] {
    if (kind === 'budget') return this.tree.removeBudget(id);
    if (kind === 'rate_limit') return this.tree.removeLimit(id);
    this.tree.removeLevel(id);
    return [id];
  }

  /** Lets the chains of changed levels be made anew when they are asked for; calls under way keep theirs. */
  private renew(dirty: ReadonlySet<string>): void {
    for (const id of dirty) {
      const record = this.byId.get(id);
      if (record) record.own = undefined;
    }
    for (const slot of this.slots.values()) {
      const { chain, organizationId, customerId, teamId, projectId, userId } = slot;
      const ids = [organizationId, customerId, teamId, projectId, userId, ...(chain?.levels ?? []).map(({ id }) => id)];
      if (chain && ids.some((id) => id !== null && dirty.has(id))) slot.chain = undefined;
    }
  }

  private slotOf(row: Row): Slot {
    const place: Place = {
      organizationId: text(row, 'organization_id'),
      customerId: textOrNull(row, 'customer_id'),
      teamId: textOrNull(row, 'team_id'),
      projectId: textOrNull(row, 'project_id'),
      userId: textOrNull(row, 'user_id'),
    };
    const key = Object.values(place).join(' ');
    let slot = this.slots.get(key);
    if (!slot) this.slots.set(key, (slot = { ...place, chain: undefined }));
    return slot;
  }

  private sharedTerms(json: string): SharedTerms {
    let terms = this.terms.get(json);
    if (!terms) {
      const { scopes, ...others } = readTerms(json);
      this.terms.set(json, (terms = { ...others, scopes: new Set(scopes) }));
    }
    return terms;
  }

  private secretOf(row: Row): Secret {
    return {
      id: text(row, 'id'),
      digest: Buffer.from(text(row, 'digest'), 'hex').toString('latin1'),
      validUntil: numberOrUndefined(row, 'valid_until'),
      pepperId: this.once(text(row, 'pepper_id')),
    };
  }

  private once(given: string): string {
    const known = this.texts.get(given);
    if (known === undefined) this.texts.set(given, given);
    return known ?? given;
  }

  private count(pepperId: string, by: number): void {
    this.peppers.set(pepperId, (this.peppers.get(pepperId) ?? 0) + by);
  }
}

function levelOf(kind: DirectoryKind): Level | undefined {
  return LEVELS.find((level) => level === kind);
}
