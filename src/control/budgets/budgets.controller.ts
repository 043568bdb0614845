import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../common/access/access.js';
import { type AdminPrincipal, CurrentAdmin } from '../auth/admin.port.js';
import { BodyDocs, EntityDocs, ListDocs } from '../tenancy/admin-docs.decorator.js';
import type { RawQuery } from '../../common/http/query.js';
import { BudgetDto, DeletedDto } from '../tenancy/dto/answers.dto.js';
import type { ListAnswer } from '../tenancy/entity-answer.js';
import { CreateBudgetDto, UpdateBudgetDto } from './dto/budget.dto.js';
import { BudgetsService } from './budgets.service.js';

@ApiTags('Admin')
@Controller('admin/v1/budgets')
export class BudgetsController {
  constructor(private readonly budgets: BudgetsService) {}

  /** Makes a budget. */
  @Post()
  @HttpCode(200)
  @Requires('budgets', 'create')
  @BodyDocs(CreateBudgetDto, {
    'Of an organization': {
      level: 'organization',
      level_id: 'org_default',
      name: 'Monthly',
      amount_usd: '500.00',
      period: 'month',
    },
    'For one model, noted only': {
      level: 'organization',
      level_id: 'org_default',
      name: 'Large models',
      amount_usd: '20.00',
      period: '7d',
      mode: 'soft',
      models: ['claude-opus-*'],
    },
  })
  @EntityDocs(BudgetDto)
  create(@CurrentAdmin() admin: AdminPrincipal, @Body() dto: CreateBudgetDto): Promise<BudgetDto> {
    return this.budgets.create(admin, dto);
  }

  /** Lists budgets, the newest first. */
  @Get()
  @Requires('budgets', 'read')
  @ListDocs(BudgetDto, ['level', 'level_id', 'organization_id'])
  list(@CurrentAdmin() admin: AdminPrincipal, @Query() query: RawQuery): Promise<ListAnswer<BudgetDto>> {
    return this.budgets.list(admin, query);
  }

  /** Retrieves a budget. */
  @Get(':id')
  @Requires('budgets', 'read')
  @EntityDocs(BudgetDto)
  retrieve(@CurrentAdmin() admin: AdminPrincipal, @Param('id') id: string): Promise<BudgetDto> {
    return this.budgets.retrieve(admin, id);
  }

  /** Changes what is given of a budget, and leaves the rest. */
  @Patch(':id')
  @Requires('budgets', 'update')
  @BodyDocs(UpdateBudgetDto, {
    'Raise it': { amount_usd: '750.00' },
    'More for a week': {
      overrides: [{ amount_usd: '25.00', from: '2026-12-01T00:00:00Z', until: '2026-12-08T00:00:00Z' }],
    },
  })
  @EntityDocs(BudgetDto)
  update(
    @CurrentAdmin() admin: AdminPrincipal,
    @Param('id') id: string,
    @Body() dto: UpdateBudgetDto,
  ): Promise<BudgetDto> {
    return this.budgets.update(admin, id, dto);
  }

  /** Deletes a budget. */
  @Delete(':id')
  @Requires('budgets', 'delete')
  @EntityDocs(DeletedDto)
  remove(@CurrentAdmin() admin: AdminPrincipal, @Param('id') id: string): Promise<DeletedDto> {
    return this.budgets.remove(admin, id);
  }
}
