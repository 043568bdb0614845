import { Module } from '@nestjs/common';
import { TenancyModule } from '../tenancy/tenancy.module.js';
import { BudgetsController } from './budgets.controller.js';
import { BudgetsService } from './budgets.service.js';

/** /admin/v1/budgets */
@Module({ imports: [TenancyModule], controllers: [BudgetsController], providers: [BudgetsService] })
export class BudgetsModule {}
