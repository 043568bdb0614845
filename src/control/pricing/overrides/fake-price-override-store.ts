import { refuseOverlap } from './override-conflict.js';
import {
  type OverrideDraft,
  type OverrideFilter,
  type OverridePage,
  type OverrideScope,
  PriceOverrideStore,
} from './price-override-store.port.js';
import type { PriceOverride } from './price-override.types.js';

/** Price overrides in memory, for specs; `down` takes it away. */
export class FakePriceOverrideStore extends PriceOverrideStore {
  private readonly rows = new Map<string, PriceOverride>();
  private changes = 0;
  private ids = 0;
  down: Error | undefined;
  /** How often all rows were read. */
  reads = 0;

  override async version(): Promise<number> {
    this.check();
    return this.changes;
  }

  override async all(): Promise<{ version: number; overrides: PriceOverride[] }> {
    this.check();
    this.reads += 1;
    return { version: this.changes, overrides: [...this.rows.values()] };
  }

  override async page(
    scope: OverrideScope,
    filter: OverrideFilter,
    limit: number,
    after: string | undefined,
  ): Promise<OverridePage | undefined> {
    this.check();
    if (after !== undefined && !this.seen(scope, after)) return undefined;
    const rows = [...this.rows.values()]
      .filter((row) => this.seen(scope, row.id) && fits(row, filter) && (after === undefined || row.id > after))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
    return { data: rows.slice(0, limit), hasMore: rows.length > limit };
  }

  override async find(scope: OverrideScope, id: string): Promise<PriceOverride | undefined> {
    this.check();
    return this.seen(scope, id);
  }

  override async add(_scope: OverrideScope, draft: OverrideDraft): Promise<PriceOverride> {
    this.check();
    refuseOverlap(draft, this.rivals(draft));
    const now = new Date();
    const id = `pov_${String(++this.ids).padStart(24, '0')}`;
    const override = { ...draft, id, revision: 1, createdAt: now, updatedAt: now };
    this.rows.set(id, override);
    this.changes += 1;
    return override;
  }

  override async change(
    scope: OverrideScope,
    id: string,
    change: (override: PriceOverride) => OverrideDraft,
  ): Promise<PriceOverride | undefined> {
    this.check();
    const old = this.seen(scope, id);
    if (!old) return undefined;
    const draft = change(old);
    refuseOverlap(
      draft,
      this.rivals(draft).filter((other) => other.id !== id),
    );
    const changed = { ...old, ...draft, revision: old.revision + 1, updatedAt: new Date() };
    this.rows.set(id, changed);
    this.changes += 1;
    return changed;
  }

  override async remove(scope: OverrideScope, id: string): Promise<boolean> {
    this.check();
    const existed = this.seen(scope, id) !== undefined && this.rows.delete(id);
    this.changes += 1;
    return existed;
  }

  private check(): void {
    if (this.down) throw this.down;
  }

  private seen(scope: OverrideScope, id: string): PriceOverride | undefined {
    const row = this.rows.get(id);
    return row && (scope === 'all' || row.organizationId === scope.organizationId) ? row : undefined;
  }

  private rivals({ organizationId, provider, model }: OverrideDraft): PriceOverride[] {
    return [...this.rows.values()].filter((row) => fits(row, { organizationId, provider, model }));
  }
}

function fits(row: PriceOverride, { provider, model, organizationId }: OverrideFilter): boolean {
  return (
    (provider === undefined || row.provider === provider) &&
    (model === undefined || row.model === model) &&
    (organizationId === undefined || row.organizationId === organizationId)
  );
}
