import { randomBytes } from 'node:crypto';
import type { EntityManager, FilterQuery } from '@mikro-orm/sql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../../common/time/clock.port.js';
import { Database } from '../../../persistence/database.js';
import { noteChange, type NotedChange } from '../../../persistence/noted-changes.js';
import { refuseOverlap } from './override-conflict.js';
import {
  type OverrideDraft,
  type OverrideFilter,
  type OverridePage,
  type OverrideScope,
  PriceOverrideStore,
} from './price-override-store.port.js';
import { PriceOverrideRow } from './price-override.entity.js';
import type { PriceOverride } from './price-override.types.js';
import { PriceVersionRow } from './price-version.entity.js';

/** Rows are only read, so nothing is compared or kept. */
const PLAIN = { disableIdentityMap: true } as const;
const VERSION = 'overrides';
const LATER = `
  insert into price_versions (id, version) values ('${VERSION}', 1)
  on conflict (id) do update set version = price_versions.version + 1`;

/** Price overrides in the database. */
@Injectable()
export class OrmPriceOverrideStore extends PriceOverrideStore {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    super();
  }

  override version(): Promise<number> {
    return this.database.run(readVersion);
  }

  override all(): Promise<{ version: number; overrides: PriceOverride[] }> {
    return this.database.within('all', async (em) => {
      // First the version: rows that are newer than it are read once more, and none is missed.
      const version = await readVersion(em);
      const rows = await em.find(PriceOverrideRow, {}, PLAIN);
      return { version, overrides: rows.map(overrideOf) };
    });
  }

  override page(
    scope: OverrideScope,
    filter: OverrideFilter,
    limit: number,
    after: string | undefined,
  ): Promise<OverridePage | undefined> {
    return this.database.within(scope, async (em) => {
      if (after !== undefined && (await em.count(PriceOverrideRow, { $and: [visible(scope), { id: after }] })) === 0) {
        return undefined;
      }
      const where: FilterQuery<PriceOverrideRow> = {
        $and: [visible(scope), { ...filter }, after === undefined ? {} : { id: { $gt: after } }],
      };
      const rows = await em.find(PriceOverrideRow, where, { ...PLAIN, orderBy: { id: 'asc' }, limit: limit + 1 });
      return { data: rows.slice(0, limit).map(overrideOf), hasMore: rows.length > limit };
    });
  }

  override find(scope: OverrideScope, id: string): Promise<PriceOverride | undefined> {
    return this.database.within(scope, (em) => findOne(em, scope, id));
  }

  override add(scope: OverrideScope, draft: OverrideDraft, by: string): Promise<PriceOverride> {
    return this.write(scope, async (em) => {
      refuseOverlap(draft, await rivals(em, draft));
      const now = new Date(this.clock.wallTime());
      const made = { id: newId(), revision: 1, createdAt: now, updatedAt: now, managedBy: 'api' as const };
      const override = { ...draft, ...made };
      await em.insert(PriceOverrideRow, { ...rowOf(override), updatedBy: by });
      noteOverride(em, 'create', override);
      return override;
    });
  }

  override change(
    scope: OverrideScope,
    id: string,
    change: (override: PriceOverride) => OverrideDraft,
    by: string,
  ): Promise<PriceOverride | undefined> {
    return this.write(scope, async (em) => {
      const old = await findOne(em, scope, id);
      if (!old) return undefined;
      const draft = change(old);
      const others = await rivals(em, draft);
      refuseOverlap(
        draft,
        others.filter((other) => other.id !== id),
      );
      const changed = { ...old, ...draft, revision: old.revision + 1, updatedAt: new Date(this.clock.wallTime()) };
      await em.nativeUpdate(PriceOverrideRow, { id }, { ...rowOf(changed), updatedBy: by });
      noteOverride(em, 'update', changed);
      return changed;
    });
  }

  override remove(scope: OverrideScope, id: string): Promise<boolean> {
    return this.write(scope, async (em) => {
      const old = await findOne(em, scope, id);
      if (!old) return false;
      await em.nativeDelete(PriceOverrideRow, { id });
      noteOverride(em, 'delete', old);
      return true;
    });
  }

  /** The version's row is changed first: it lets one writer in after the other, so that none overlooks another's row. */
  private write<T>(scope: OverrideScope, work: (em: EntityManager) => Promise<T>): Promise<T> {
    return this.database.transaction(
      async (em) => {
        await em.execute(LATER);
        return work(em);
      },
      { rows: scope },
    );
  }
}

function noteOverride(em: EntityManager, verb: NotedChange['verb'], { id, organizationId }: PriceOverride): void {
  noteChange(em, { verb, kind: 'price_override', id, organizationId });
}

async function readVersion(em: EntityManager): Promise<number> {
  return (await em.findOne(PriceVersionRow, { id: VERSION }, PLAIN))?.version ?? 0;
}

function visible(scope: OverrideScope): FilterQuery<PriceOverrideRow> {
  return scope === 'all' ? {} : { organizationId: scope.organizationId };
}

async function findOne(em: EntityManager, scope: OverrideScope, id: string): Promise<PriceOverride | undefined> {
  const row = await em.findOne(PriceOverrideRow, { $and: [visible(scope), { id }] }, PLAIN);
  return row ? overrideOf(row) : undefined;
}

/** All overrides for the same owner, provider and model. */
async function rivals(em: EntityManager, { organizationId, provider, model }: OverrideDraft): Promise<PriceOverride[]> {
  return (await em.find(PriceOverrideRow, { organizationId, provider, model }, PLAIN)).map(overrideOf);
}

function newId(): string {
  return `pov_${randomBytes(12).toString('hex')}`;
}

type Row = Omit<PriceOverride, 'pricing' | 'from' | 'until'> & {
  rates: string;
  validFrom: Date | null;
  validUntil: Date | null;
};

function rowOf({ pricing, from, until, ...rest }: PriceOverride): Row {
  return { ...rest, rates: JSON.stringify(pricing), validFrom: dateOf(from), validUntil: dateOf(until) };
}

function dateOf(at: number): Date | null {
  return Number.isFinite(at) ? new Date(at) : null;
}

function overrideOf(row: PriceOverrideRow): PriceOverride {
  const { id, organizationId, provider, model, note, revision, createdAt, updatedAt } = row;
  return {
    id,
    organizationId: organizationId ?? null,
    provider,
    model,
    pricing: JSON.parse(row.rates),
    from: row.validFrom?.getTime() ?? -Infinity,
    until: row.validUntil?.getTime() ?? Infinity,
    note: note ?? null,
    managedBy: row.managedBy === 'file' ? 'file' : 'api',
    revision,
    createdAt,
    updatedAt,
  };
}
