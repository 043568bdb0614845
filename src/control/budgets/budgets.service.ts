import { Injectable } from '@nestjs/common';
import { GatewayError } from '../../common/errors/gateway-error.js';
import type { AdminPrincipal } from '../auth/admin.port.js';
import { budgetColumns, budgetInput } from '../tenancy/budget-row.js';
import { BUDGET } from '../tenancy/kinds.js';
import { type BudgetAnswer, budgetAnswer } from '../tenancy/term-answers.js';
import { levelConditions, merged, TermService } from '../tenancy/term.service.js';
import type { BudgetRow } from './budget.entity.js';
import type { CreateBudgetDto, UpdateBudgetDto } from './dto/budget.dto.js';

/** What administrators do with budgets. */
@Injectable()
export class BudgetsService extends TermService<BudgetRow, BudgetAnswer> {
  protected override readonly kind = BUDGET;
  protected override readonly what = 'This budget';

  create(admin: AdminPrincipal, dto: CreateBudgetDto): Promise<BudgetAnswer> {
    const columns = budgetColumns(dto);
    return this.addTo(admin, dto, (row) => ({ ...row, ...columns }));
  }

  /** @throws GatewayError (400) for an empty amount or period: these have no default */
  update(admin: AdminPrincipal, id: string, dto: UpdateBudgetDto): Promise<BudgetAnswer> {
    for (const name of ['amount_usd', 'period'] as const) {
      if (dto[name] === null) throw new GatewayError('invalid_type', `'${name}' cannot be null.`, { param: name });
    }
    return this.change(admin, id, (row) => {
      const before = budgetInput(row);
      // Another period has its own idea of a time zone.
      if (dto.period !== undefined && dto.period !== row.period) delete before.time_zone;
      return { ...budgetColumns(merged(before, dto)), updatedAt: this.now };
    });
  }

  protected override byLevel(filters: Readonly<Record<string, string>>) {
    return levelConditions(filters);
  }

  protected override present(row: BudgetRow): BudgetAnswer {
    return budgetAnswer(row);
  }
}
