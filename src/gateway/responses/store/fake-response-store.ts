import { storageUnavailable } from '../../../persistence/database.js';
import {
  type Claim,
  type EventRun,
  type Lease,
  type ResponseEntry,
  ResponseStore,
  type StoredResponse,
} from './response-store.port.js';

interface Kept {
  response: StoredResponse;
  readonly events: Map<number, EventRun>;
  readonly itemIds: Set<string>;
  lease?: Lease;
}

/** Keeps everything in a Map, and can be away. */
export class FakeResponseStore extends ResponseStore {
  override available = true;
  /** What `save` waits for before it writes. */
  hold: Promise<void> = Promise.resolve();
  /** Id of a response that cannot be written. */
  unwritable = '';
  /** What each call of `save` wrote. */
  readonly saves: string[][] = [];
  private readonly kept = new Map<string, Kept>();

  override async save(entries: readonly ResponseEntry[]): Promise<void> {
    await this.hold;
    this.assertThere();
    if (entries.some(({ response }) => response.id === this.unwritable)) throw new Error('it cannot be written');
    this.saves.push(entries.map(({ response }) => response.id));
    for (const entry of entries) {
      const before = this.of(entry.response);
      this.put(entry, before ? { ...before, lease: undefined } : undefined);
    }
  }

  override async find(scope: string, id: string, now: Date): Promise<StoredResponse | undefined> {
    this.assertThere();
    const found = this.of({ scope, id })?.response;
    return found && found.expiresAt > now ? found : undefined;
  }

  override async chain(scope: string, id: string, now: Date, limit: number): Promise<StoredResponse[]> {
    const list: StoredResponse[] = [];
    for (let next: string | null = id; next !== null && list.length < limit;) {
      const found = await this.find(scope, next, now);
      if (!found) break;
      list.unshift(found);
      next = found.previousId;
    }
    return list;
  }

  override async withItems(scope: string, itemIds: readonly string[], now: Date): Promise<StoredResponse[]> {
    this.assertThere();
    return [...this.kept.values()]
      .filter(({ response, itemIds: own }) => response.scope === scope && itemIds.some((id) => own.has(id)))
      .map(({ response }) => response)
      .filter(({ expiresAt }) => expiresAt > now);
  }

  override async remove(scope: string, id: string, now: Date): Promise<boolean> {
    const there = (await this.find(scope, id, now)) !== undefined;
    this.kept.delete(keyOf({ scope, id }));
    return there;
  }

  override async events(scope: string, id: string, after: number, limit: number): Promise<EventRun[]> {
    this.assertThere();
    const runs = [...(this.of({ scope, id })?.events.values() ?? [])];
    return runs
      .filter(({ last }) => last > after)
      .toSorted((one, other) => one.first - other.first)
      .slice(0, limit);
  }

  override async begin(response: StoredResponse, lease: Lease): Promise<void> {
    this.assertThere();
    this.kept.set(keyOf(response), { response, events: new Map(), itemIds: new Set(), lease });
  }

  override async renew(entry: ResponseEntry, lease: Lease): Promise<boolean> {
    this.assertThere();
    const kept = this.of(entry.response);
    if (kept?.lease?.owner !== lease.owner) return false;
    this.put(entry, { ...kept, lease });
    return true;
  }

  override async settle(entry: ResponseEntry, claim: Claim): Promise<boolean> {
    this.assertThere();
    const kept = this.of(entry.response);
    if (!kept?.lease || !holds(kept.lease, claim)) return false;
    this.put(entry, { ...kept, lease: undefined });
    return true;
  }

  override async orphans(now: Date, limit: number): Promise<StoredResponse[]> {
    this.assertThere();
    const orphans = [...this.kept.values()].filter(({ lease }) => lease && lease.until < now);
    return orphans.slice(0, limit).map(({ response }) => response);
  }

  override async purge(now: Date, limit: number): Promise<number> {
    this.assertThere();
    const expired = [...this.kept].filter(([, { response }]) => response.expiresAt <= now).slice(0, limit);
    for (const [key] of expired) this.kept.delete(key);
    return expired.length;
  }

  private of(key: { scope: string; id: string }): Kept | undefined {
    return this.kept.get(keyOf(key));
  }

  private put({ response, events, itemIds }: ResponseEntry, before: Kept | undefined): void {
    const kept: Kept = before ?? { response, events: new Map(), itemIds: new Set() };
    for (const run of events) kept.events.set(run.first, run);
    for (const id of itemIds) kept.itemIds.add(id);
    this.kept.set(keyOf(response), { ...kept, response });
  }

  private assertThere(): void {
    if (!this.available) throw storageUnavailable();
  }
}

function holds(lease: Lease, claim: Claim): boolean {
  if (claim === 'running') return true;
  return 'owner' in claim ? lease.owner === claim.owner : lease.until < claim.expired;
}

const keyOf = ({ scope, id }: { scope: string; id: string }): string => `${scope}\n${id}`;
