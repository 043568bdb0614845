import type { Level, LevelRef } from '../../contract/level.types.js';
import { type BudgetTerms, LIMIT_METRICS, type LimitTerms } from '../../contract/terms.types.js';
import { numbers, overridesOf, strings } from '../../tenancy/budget-row.js';
import { parsePeriod } from '../../tenancy/period.js';
import { number, type Row, text, textOrNull } from './directory-rows.js';

/** One level with its own budgets and limits. */
export interface LevelTerms {
  readonly ref: LevelRef;
  readonly budgets: readonly BudgetTerms[];
  readonly limits: readonly LimitTerms[];
}

/** The levels above a key, with all their terms; keys in the same place share one. */
export interface Chain {
  readonly levels: readonly LevelRef[];
  readonly budgets: readonly BudgetTerms[];
  readonly limits: readonly LimitTerms[];
}

/** Where a key is. */
export interface Place {
  readonly organizationId: string;
  readonly customerId: string | null;
  readonly teamId: string | null;
  readonly projectId: string | null;
  readonly userId: string | null;
}

interface LevelFacts {
  readonly level: Level;
  readonly id: string;
  readonly name: string;
  readonly organizationId: string;
  readonly customerId: string | null;
  readonly teamId: string | null;
}

const NONE: readonly never[] = [];

/** All levels above keys with the budgets and limits of all levels. What it gives is never changed: changes make new ones. */
export class LevelTree {
  private readonly levels = new Map<string, LevelFacts>();
  private readonly budgets = new OwnedRows();
  private readonly limits = new OwnedRows();
  /** Of the levels above keys, as they were asked for. */
  private readonly terms = new Map<string, LevelTerms>();
  private readonly texts = new Map<string, readonly string[]>();

  putLevel(level: Level, row: Row): void {
    this.levels.set(text(row, 'id'), {
      level,
      id: text(row, 'id'),
      name: text(row, 'name'),
      organizationId: text(row, 'organization_id'),
      customerId: textOrNull(row, 'customer_id'),
      teamId: textOrNull(row, 'team_id'),
    });
    this.terms.delete(text(row, 'id'));
  }

  removeLevel(id: string): void {
    this.levels.delete(id);
    this.terms.delete(id);
  }

  /** @returns ids of the levels whose terms are others now */
  putBudget(row: Row): string[] {
    return this.forget(this.budgets.put(row));
  }

  removeBudget(id: string): string[] {
    return this.forget(this.budgets.remove(id));
  }

  putLimit(row: Row): string[] {
    return this.forget(this.limits.put(row));
  }

  removeLimit(id: string): string[] {
    return this.forget(this.limits.remove(id));
  }

  /** What is above a key; a level that is not there is left out. */
  chainOf({ organizationId, customerId, teamId, projectId, userId }: Place): Chain {
    const find = (id: string | null | undefined): LevelFacts | undefined => {
      const found = typeof id === 'string' ? this.levels.get(id) : undefined;
      return found?.organizationId === organizationId ? found : undefined;
    };
    const project = find(projectId);
    const team = find(project?.teamId ?? teamId);
    const customer = find(team?.customerId ?? project?.customerId ?? customerId);
    const parts = [find(organizationId), customer, team, project, find(userId)].flatMap((facts) =>
      facts ? this.termsOf(facts) : [],
    );
    return {
      levels: parts.map(({ ref }) => ref),
      budgets: parts.flatMap(({ budgets }) => budgets),
      limits: parts.flatMap(({ limits }) => limits),
    };
  }

  /** What a key has of its own. */
  ownTerms(id: string, name: string): LevelTerms {
    return this.build({ level: 'virtual_key', id, name });
  }

  private termsOf(facts: LevelFacts): LevelTerms {
    let terms = this.terms.get(facts.id);
    if (!terms) this.terms.set(facts.id, (terms = this.build({ level: facts.level, id: facts.id, name: facts.name })));
    return terms;
  }

  private build(ref: LevelRef): LevelTerms {
    const budgets = this.budgets.of(ref.id);
    const limits = this.limits.of(ref.id);
    return {
      ref,
      budgets: budgets.length === 0 ? NONE : budgets.flatMap((row) => this.budgetTerms(row, ref)),
      limits: limits.length === 0 ? NONE : limits.flatMap((row) => this.limitTerms(row, ref)),
    };
  }

  private budgetTerms(row: Row, ref: LevelRef): BudgetTerms[] {
    const period = parsePeriod(text(row, 'period'), text(row, 'time_zone'));
    // A version after this one wrote it; to spend without the budget would be worse than to stop.
    if (!period) throw new Error(`Budget ${text(row, 'id')} has a period that this version does not know`);
    return [
      {
        id: text(row, 'id'),
        name: text(row, 'name'),
        level: ref.level,
        levelId: ref.id,
        levelName: ref.name,
        amount: number(row, 'amount'),
        period,
        mode: text(row, 'mode') === 'soft' ? 'soft' : 'hard',
        thresholds: numbers(text(row, 'thresholds')),
        models: this.shared(text(row, 'models')),
        providers: this.shared(text(row, 'providers')),
        overrides: overridesOf(text(row, 'overrides')),
      },
    ];
  }

  private limitTerms(row: Row, ref: LevelRef): LimitTerms[] {
    const metric = LIMIT_METRICS.find((name) => name === text(row, 'metric'));
    if (!metric) throw new Error(`Rate limit ${text(row, 'id')} has a metric that this version does not know`);
    return [
      {
        id: text(row, 'id'),
        level: ref.level,
        levelId: ref.id,
        levelName: ref.name,
        metric,
        limit: number(row, 'limit'),
        windowMs: number(row, 'window_ms'),
        models: this.shared(text(row, 'models')),
        providers: this.shared(text(row, 'providers')),
      },
    ];
  }

  /** Equal lists are one. */
  private shared(json: string): readonly string[] {
    let list = this.texts.get(json);
    if (!list) this.texts.set(json, (list = strings(json)));
    return list;
  }

  private forget(levelIds: string[]): string[] {
    for (const id of levelIds) this.terms.delete(id);
    return levelIds;
  }
}

/** Rows by the level that has them. */
class OwnedRows {
  private readonly byOwner = new Map<string, Row[]>();
  private readonly owners = new Map<string, string>();

  of(owner: string): readonly Row[] {
    return this.byOwner.get(owner) ?? NONE;
  }

  put(row: Row): string[] {
    const id = text(row, 'id');
    const owner = text(row, 'level_id');
    const before = this.remove(id);
    this.owners.set(id, owner);
    this.byOwner.set(owner, [...this.of(owner), row]);
    return [...new Set([...before, owner])];
  }

  remove(id: string): string[] {
    const owner = this.owners.get(id);
    if (owner === undefined) return [];
    this.owners.delete(id);
    const left = this.of(owner).filter((row) => row['id'] !== id);
    if (left.length === 0) this.byOwner.delete(owner);
    else this.byOwner.set(owner, left);
    return [owner];
  }
}
