import { ApiProperty } from '@nestjs/swagger';
import { KEY_SCOPES } from '../../../common/access/access.js';
import { LEVELS } from '../../contract/level.types.js';
import { LIMIT_METRICS } from '../../contract/terms.types.js';

/** One of the entities that a key belongs to. */
export class KeyLevelDto {
  @ApiProperty({ enum: LEVELS })
  level!: string;
  @ApiProperty({ type: String })
  id!: string;
  @ApiProperty({ type: String })
  name!: string;
}

/** A budget that binds the key, at whichever level. */
export class KeyBudgetDto {
  @ApiProperty({ type: String })
  name!: string;
  @ApiProperty({ enum: LEVELS })
  level!: string;
  @ApiProperty({ type: String })
  level_name!: string;
  @ApiProperty({ enum: ['hard', 'soft'] })
  mode!: string;
  @ApiProperty({ type: String, example: '50.00' })
  amount_usd!: string;
  @ApiProperty({ type: String, example: '12.345678' })
  spent_usd!: string;
  @ApiProperty({ type: String, description: 'Held by calls under way.' })
  held_usd!: string;
  @ApiProperty({ type: String })
  remaining_usd!: string;
  @ApiProperty({ type: String, example: 'month' })
  period!: string;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  resets_at!: string | null;
  @ApiProperty({ type: [String] })
  models!: string[];
  @ApiProperty({ type: [String] })
  providers!: string[];
}

/** A rate limit that binds the key, at whichever level. */
export class KeyLimitDto {
  @ApiProperty({ enum: LEVELS })
  level!: string;
  @ApiProperty({ type: String })
  level_name!: string;
  @ApiProperty({ enum: LIMIT_METRICS })
  metric!: string;
  @ApiProperty({ type: Number })
  limit!: number;
  @ApiProperty({ type: String, nullable: true, example: '1m' })
  window!: string | null;
  @ApiProperty({ type: Number })
  used!: number;
  @ApiProperty({ type: Number })
  remaining!: number;
  @ApiProperty({ type: Number })
  resets_in_ms!: number;
  @ApiProperty({ type: [String] })
  models!: string[];
  @ApiProperty({ type: [String] })
  providers!: string[];
}

/** What the holder of a virtual key may know of it. */
export class KeyDto {
  @ApiProperty({ enum: ['virtual_key'] })
  object!: string;
  @ApiProperty({ type: String })
  id!: string;
  @ApiProperty({ type: String })
  name!: string;
  @ApiProperty({ type: String, description: 'The readable beginning of the key.' })
  prefix!: string;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  expires_at!: string | null;
  @ApiProperty({ type: [KeyLevelDto] })
  levels!: KeyLevelDto[];
  @ApiProperty({ enum: KEY_SCOPES, isArray: true })
  scopes!: string[];
  @ApiProperty({ type: [String] })
  allowed_providers!: string[];
  @ApiProperty({ type: [String] })
  allowed_models!: string[];
  @ApiProperty({ type: [String] })
  denied_models!: string[];
  @ApiProperty({ type: [String] })
  tags!: string[];
  @ApiProperty({ type: Boolean })
  stores_content!: boolean;
  @ApiProperty({ type: [KeyBudgetDto] })
  budgets!: KeyBudgetDto[];
  @ApiProperty({ type: [KeyLimitDto] })
  rate_limits!: KeyLimitDto[];
}
