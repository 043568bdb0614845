import { Module } from '@nestjs/common';
import { BudgetWindows } from './budget-window.port.js';
import { CalendarBudgetWindows } from './budget-windows.js';

/** When budgets begin anew. */
@Module({
  providers: [{ provide: BudgetWindows, useClass: CalendarBudgetWindows }],
  exports: [BudgetWindows],
})
export class BudgetWindowsModule {}
