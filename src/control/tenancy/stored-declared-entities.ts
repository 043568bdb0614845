import { Injectable } from '@nestjs/common';
import type { BudgetRow } from '../budgets/budget.entity.js';
import type { Level } from '../contract/level.types.js';
import { type Declared, DeclaredEntities, type OwnedEntity } from './declared-entities.port.js';
import { declaredColumns, declaredParts } from './declared-columns.js';
import type { InlineBudgetDto } from './dto/inline-budget.dto.js';
import { newId } from './entity-id.js';
import { KeyHasher } from './key-hasher.js';
import {
  BUDGET,
  CUSTOMER,
  KEY_SECRET,
  type Kind,
  ORGANIZATION,
  PROJECT,
  RATE_LIMIT,
  TEAM,
  USER,
  VIRTUAL_KEY,
} from './kinds.js';
import { addTerms } from './level-terms.js';
import { type LevelRow, withLevel } from './levels.js';
import { removeLevel } from './removal.js';
import { addSecret } from './secret-store.js';
import { Tenancy } from './tenancy.js';
import type { TenantRow } from './tenant-columns.js';
import { INSTALLATION } from './tenant-scope.js';
import type { TenantSession } from './tenant-session.js';

type DeclaredParts = ReturnType<typeof declaredParts>;
type Outcome = 'created' | 'updated' | 'unchanged';

/** Keeps what the file declares in the same tables as all else, marked as the file's. */
@Injectable()
export class StoredDeclaredEntities extends DeclaredEntities {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly hasher: KeyHasher,
  ) {
    super();
  }

  override async put(
    organizationId: string | undefined,
    key: string,
    declared: Declared,
  ): Promise<{ id: string; outcome: Outcome }> {
    return this.tenancy.write(
      INSTALLATION,
      (session) => this.putOne(session, organizationId, key, declared),
      ({ id }) => (declared.kind === 'virtual_key' && declared.disabled === true ? [id] : []),
    );
  }

  override owned(): Promise<OwnedEntity[]> {
    return this.tenancy.read(INSTALLATION, async (reader) => {
      const of = async <T extends LevelRow>(kind: Kind<T>, name: OwnedEntity['kind']): Promise<OwnedEntity[]> => {
        const rows = await reader.all(kind, kind.where({ managedBy: 'file' }));
        return rows.map(({ id, organizationId, declaredKey, name: shown }) => ({
          kind: name,
          key: declaredKey ?? '',
          id,
          organizationId,
          name: shown,
        }));
      };
      return [
        ...(await of(ORGANIZATION, 'organization')),
        ...(await of(CUSTOMER, 'customer')),
        ...(await of(TEAM, 'team')),
        ...(await of(PROJECT, 'project')),
        ...(await of(USER, 'user')),
        ...(await of(VIRTUAL_KEY, 'virtual_key')),
      ];
    });
  }

  override remove({ kind, id }: OwnedEntity): Promise<void> {
    let gone: string[] = [];
    const take = async <T extends LevelRow>(session: TenantSession, of: Kind<T>, level: Level): Promise<void> => {
      const row = await session.find(of, id);
      if (!row || row.managedBy !== 'file') return;
      gone = await removeLevel(session, of, level, row, { cascade: false, by: 'file', allow: () => undefined });
    };
    return this.tenancy.write(
      INSTALLATION,
      (session) => withLevel(kind, (of) => take(session, of, kind)),
      () => gone,
    );
  }

  private async putOne(
    session: TenantSession,
    organizationId: string | undefined,
    key: string,
    declared: Declared,
  ): Promise<{ id: string; outcome: Outcome }> {
    const now = new Date(this.tenancy.clock.wallTime());
    const fresh = (prefix: string): TenantRow => {
      const id = newId(prefix);
      const times = { createdAt: now, updatedAt: now };
      return { id, organizationId: organizationId ?? id, managedBy: 'file', declaredKey: key, ...times };
    };
    const parts = declaredParts(declared);
    const result: { outcome: Outcome } = { outcome: 'unchanged' };
    const upsert = async <T extends LevelRow>(
      kind: Kind<T>,
      columns: Omit<T, keyof TenantRow>,
      whole: (row: TenantRow) => T,
    ): Promise<T> => {
      const own = { managedBy: 'file', declaredKey: key, ...(organizationId !== undefined && { organizationId }) };
      const [found] = await session.all(kind, kind.where(own));
      if (!found) {
        result.outcome = 'created';
        return session.insert(kind, whole(fresh(kind.prefix)));
      }
      if (!differs(found, columns)) return found;
      result.outcome = 'updated';
      return session.update(kind, found, { ...whole(found), updatedAt: now });
    };
    const row = await declaredColumns(declared, upsert);
    const newSecret = declared.kind === 'virtual_key' && (await this.putSecret(session, row.id, declared.key, now));
    const newTerms = await replaceTerms(session, declared.kind, row, parts, now);
    if ((newSecret || newTerms) && result.outcome === 'unchanged') result.outcome = 'updated';
    return { id: row.id, outcome: result.outcome };
  }

  /** The one secret that the file names. */
  private async putSecret(session: TenantSession, keyId: string, key: string, now: Date): Promise<boolean> {
    const owner = await session.get(VIRTUAL_KEY, keyId);
    const { digest } = this.hasher.hash(key);
    const rows = await session.all(KEY_SECRET, { keyId });
    if (rows.length === 1 && rows[0]?.digest === digest) return false;
    for (const row of rows) session.remove(KEY_SECRET, row);
    await session.settle();
    await addSecret(session, this.hasher, owner, key, now);
    await session.update(VIRTUAL_KEY, owner, { updatedAt: now });
    return true;
  }
}

/** The file's own budgets and limits of an entity. */
async function replaceTerms(
  session: TenantSession,
  level: Level,
  row: LevelRow,
  parts: DeclaredParts,
  now: Date,
): Promise<boolean> {
  const own = { level, levelId: row.id, managedBy: 'file' };
  const budgets = await session.all(BUDGET, own);
  const limits = await session.all(RATE_LIMIT, own);
  const sameLimits = sameRows(limits, parts.limits);
  if (sameLimits && sameRows(budgets, parts.budgets)) return false;
  const fresh = await mergeBudgets(session, budgets, parts, now);
  if (!sameLimits) for (const limit of limits) session.remove(RATE_LIMIT, limit);
  const terms = { budgets: fresh, rate_limits: sameLimits ? [] : parts.input.rate_limits };
  await addTerms(session, level, row, terms, now, 'file');
  return true;
}

/** A budget that keeps its name keeps its id, and with it what was spent. @returns those that are new */
async function mergeBudgets(
  session: TenantSession,
  budgets: readonly BudgetRow[],
  parts: DeclaredParts,
  now: Date,
): Promise<InlineBudgetDto[]> {
  const left = new Map(budgets.map((budget) => [budget.name, budget]));
  const fresh: InlineBudgetDto[] = [];
  for (const [index, columns] of parts.budgets.entries()) {
    const input = parts.input.budgets[index];
    const before = left.get(columns.name);
    left.delete(columns.name);
    if (!before && input) fresh.push(input);
    else if (before && differs(before, columns)) await session.update(BUDGET, before, { ...columns, updatedAt: now });
  }
  for (const budget of left.values()) session.remove(BUDGET, budget);
  return fresh;
}

function differs(row: object, columns: object): boolean {
  const before = new Map(Object.entries(row));
  return Object.entries(columns).some(([name, value]) => plain(before.get(name)) !== plain(value));
}

const plain = (value: unknown): unknown => (value instanceof Date ? value.getTime() : (value ?? null));

function sameRows(rows: readonly object[], columns: readonly object[]): boolean {
  return rows.length === columns.length && columns.every((one) => rows.some((row) => !differs(row, one)));
}
