import { ApiProperty, ApiPropertyOptional, IntersectionType, PartialType } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsNotEmpty, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { KEY_SCOPES, type KeyScope } from '../../../common/access/access.js';
import { isNetwork } from '../../../common/http/trusted-proxies.js';
import { Closed } from '../../../common/validation/closed.decorator.js';
import { Satisfies } from '../../../common/validation/satisfies.decorator.js';
import { Texts } from '../../../common/validation/texts.decorator.js';
import { LIMITER_DOWN, type LimiterDown } from '../../contract/terms.types.js';
import { LevelDto } from '../../tenancy/dto/answers.dto.js';
import { NewLevelDto, TERMS_ELSEWHERE } from '../../tenancy/dto/named.dto.js';
import { checkInstant } from '../../tenancy/term-checks.js';
import { checkRequiredHeaders } from '../required-headers.js';

const ON_UNPRICED = ['refuse', 'allow'] as const;
const STATUSES = ['active', 'disabled'] as const;
const MONTH_S = 31 * 86_400;

/** What a key may do. */
export class KeyTermsDto {
  /** What it may be used for. Default: inference and models. */
  @IsOptional()
  @Texts({ of: KEY_SCOPES })
  scopes?: KeyScope[];

  /** Providers that it may ask, as patterns with `*`. Default: none. */
  @IsOptional()
  @Texts()
  allowed_providers?: string[];

  /** Models that it may ask, as patterns with `*`, matched against the caller's name, `provider/model` and the model. Default: none. */
  @IsOptional()
  @Texts()
  allowed_models?: string[];

  /** What is refused although it is allowed above. */
  @IsOptional()
  @Texts()
  denied_models?: string[];

  /** Keys of providers that may be used for it, as `provider/key`; patterns with `*`. Default: all. */
  @IsOptional()
  @Texts()
  allowed_upstream_keys?: string[];

  /** Networks in CIDR notation that it may be used from. None: any. */
  @IsOptional()
  @Texts({ each: { test: isNetwork, what: 'an address or a network, as 10.0.0.0/8' } })
  networks?: string[];

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Headers that a request has to have, and patterns with `*` of their values.',
  })
  @IsOptional()
  @Satisfies(checkRequiredHeaders)
  required_headers?: Record<string, string>;

  /** Words that its usage can be asked by. */
  @IsOptional()
  @Texts({ max: 50, length: 100 })
  tags?: string[];

  @ApiPropertyOptional({
    type: Boolean,
    nullable: true,
    description: 'Whether prompts and answers may be stored. Default: yes.',
  })
  @IsOptional()
  @IsBoolean()
  store_content?: boolean | null;

  @ApiPropertyOptional({
    enum: LIMITER_DOWN,
    description:
      'What becomes of its calls while the shared counters cannot be reached. Default: `closed` with a hard budget, else `degraded`. `open` needs the permission organizations:update.',
  })
  @IsOptional()
  @IsIn(LIMITER_DOWN)
  on_limiter_down?: LimiterDown | null;

  @ApiPropertyOptional({
    type: 'integer',
    nullable: true,
    description:
      "The most tokens of an answer: a request that asks for more, or names no bound, gets this one. Default: the model's maximum.",
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(10_000_000)
  max_output_tokens?: number | null;

  @ApiPropertyOptional({
    enum: ON_UNPRICED,
    description: 'What to do with a model that has no price. Default `refuse`.',
  })
  @IsOptional()
  @IsIn(ON_UNPRICED)
  on_unpriced?: (typeof ON_UNPRICED)[number];

  @ApiPropertyOptional({ maxLength: 1_000 })
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  description?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'When it ends. Default: never.',
  })
  @IsOptional()
  @Satisfies(checkInstant)
  expires_at?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true })
  @IsOptional()
  @IsString()
  customer_id?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true })
  @IsOptional()
  @IsString()
  team_id?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true })
  @IsOptional()
  @IsString()
  project_id?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true })
  @IsOptional()
  @IsString()
  user_id?: string | null;
}

@Closed()
export class CreateVirtualKeyDto extends IntersectionType(NewLevelDto, KeyTermsDto) {
  @ApiPropertyOptional({ description: "Whose it is. Default: the administrator's own, else `org_default`." })
  @IsOptional()
  @IsString()
  organization_id?: string;

  @ApiPropertyOptional({
    description:
      "A key of another gateway that its holders go on using, as Bifrost's `sk-bf-…`. Default: a new one is made.",
  })
  @IsOptional()
  @IsString()
  key?: string;
}

@Closed({ ...TERMS_ELSEWHERE, key: 'Give the virtual key a new one with POST /admin/v1/virtual-keys/{id}/rotate.' })
export class UpdateVirtualKeyDto extends PartialType(KeyTermsDto) {
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  name?: string;

  @ApiPropertyOptional({ enum: STATUSES, description: 'A disabled key is refused until it is active again.' })
  @IsOptional()
  @IsIn(STATUSES)
  status?: (typeof STATUSES)[number];
}

@Closed()
export class RotateVirtualKeyDto {
  @ApiPropertyOptional({
    type: 'integer',
    description: 'How long the old secret goes on, in seconds. Default 0: it ends at once.',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MONTH_S)
  overlap_seconds?: number;
}

export class KeySecretDto {
  @ApiProperty({ example: 'sk-asbru-k7f2m9qx' })
  prefix!: string;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  valid_until!: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;
}

export class VirtualKeyDto extends LevelDto {
  @ApiProperty({ type: String, nullable: true })
  description!: string | null;

  @ApiProperty({ enum: ['active', 'disabled', 'revoked', 'expired'] })
  status!: string;

  @ApiProperty({ type: String, nullable: true })
  customer_id!: string | null;

  @ApiProperty({ type: String, nullable: true })
  team_id!: string | null;

  @ApiProperty({ type: String, nullable: true })
  project_id!: string | null;

  @ApiProperty({ type: String, nullable: true })
  user_id!: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  expires_at!: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  revoked_at!: string | null;

  @ApiProperty({ enum: KEY_SCOPES, isArray: true })
  scopes!: readonly KeyScope[];

  @ApiProperty({ type: [String] })
  allowed_providers!: readonly string[];

  @ApiProperty({ type: [String] })
  allowed_models!: readonly string[];

  @ApiProperty({ type: [String] })
  denied_models!: readonly string[];

  @ApiProperty({ type: [String] })
  allowed_upstream_keys!: readonly string[];

  @ApiProperty({ type: [String] })
  networks!: readonly string[];

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  required_headers!: Readonly<Record<string, string>>;

  @ApiProperty({ type: [String] })
  tags!: readonly string[];

  @ApiProperty({ type: Boolean, nullable: true })
  store_content!: boolean | null;

  @ApiProperty({ enum: LIMITER_DOWN, nullable: true })
  on_limiter_down!: LimiterDown | null;

  @ApiProperty({ type: 'integer', nullable: true })
  max_output_tokens!: number | null;

  @ApiProperty({ enum: ON_UNPRICED })
  on_unpriced!: string;

  @ApiProperty({ type: [KeySecretDto], required: false, description: 'The newest first; not in lists.' })
  secrets?: readonly KeySecretDto[];
}

export class CreatedVirtualKeyDto extends VirtualKeyDto {
  @ApiProperty({ required: false, description: 'The key itself. It is shown here once, and stored nowhere.' })
  key?: string;
}
