import { ApiProperty } from '@nestjs/swagger';

/** What all entities of the admin API say of themselves. */
export class EntityDto {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  object!: string;

  @ApiProperty()
  organization_id!: string;

  @ApiProperty({ enum: ['api', 'file'], description: '`file`: declared in asbru.yaml, and read-only here.' })
  managed_by!: string;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ format: 'date-time' })
  updated_at!: string;
}

export class BudgetOverrideAnswerDto {
  @ApiProperty({ example: '25.00' })
  amount_usd!: string;

  @ApiProperty({ type: 'integer' })
  amount_micros!: number;

  @ApiProperty({ format: 'date-time' })
  from!: string;

  @ApiProperty({ format: 'date-time' })
  until!: string;
}

export class BudgetDto extends EntityDto {
  @ApiProperty({ enum: ['organization', 'customer', 'team', 'project', 'user', 'virtual_key'] })
  level!: string;

  @ApiProperty()
  level_id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ example: '50.00' })
  amount_usd!: string;

  @ApiProperty({ type: 'integer', description: 'Micro-dollars: 1,000,000 are a dollar.' })
  amount_micros!: number;

  @ApiProperty({ example: 'month' })
  period!: string;

  @ApiProperty({ type: String, nullable: true })
  time_zone!: string | null;

  @ApiProperty({ enum: ['hard', 'soft'] })
  mode!: string;

  @ApiProperty({ type: [Number] })
  thresholds!: readonly number[];

  @ApiProperty({ type: [String] })
  models!: readonly string[];

  @ApiProperty({ type: [String] })
  providers!: readonly string[];

  @ApiProperty({ type: [BudgetOverrideAnswerDto] })
  overrides!: readonly BudgetOverrideAnswerDto[];
}

export class RateLimitDto extends EntityDto {
  @ApiProperty({ enum: ['organization', 'customer', 'team', 'project', 'user', 'virtual_key'] })
  level!: string;

  @ApiProperty()
  level_id!: string;

  @ApiProperty({ enum: ['requests', 'input_tokens', 'output_tokens', 'total_tokens', 'concurrency'] })
  metric!: string;

  @ApiProperty({ type: 'integer' })
  limit!: number;

  @ApiProperty({ type: String, nullable: true, example: '1m' })
  window!: string | null;

  @ApiProperty({ type: [String] })
  models!: readonly string[];

  @ApiProperty({ type: [String] })
  providers!: readonly string[];
}

/** A level with the budgets and limits of its own; lists leave these out. */
export class LevelDto extends EntityDto {
  @ApiProperty()
  name!: string;

  @ApiProperty({ type: [BudgetDto], required: false })
  budgets?: readonly BudgetDto[];

  @ApiProperty({ type: [RateLimitDto], required: false })
  rate_limits?: readonly RateLimitDto[];
}

export class DeletedDto {
  @ApiProperty()
  id!: string;

  @ApiProperty({ example: 'team.deleted' })
  object!: string;

  @ApiProperty({ enum: [true] })
  deleted!: true;
}
