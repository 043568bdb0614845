import { ApiExtraModels, ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import type { PriceSource } from '../document/price-record.js';
import { RATE_FIELDS } from '../document/rate-fields.js';

/** Rates in an answer: dollars as text and the same in integer micro-dollars; absent ones are left out. */
export type AnsweredRates = Readonly<Record<string, unknown>>;

const RATE_DOCS = Object.fromEntries(
  RATE_FIELDS.flatMap(({ written, micros }) => [
    [written, { type: 'string' as const, example: '0.35' }],
    [micros, { type: 'integer' as const, example: 350_000 }],
  ]),
);

/** What a model costs at a moment, by which word. Has the rates beside these fields. */
export class PriceDto {
  /** Always `price`. */
  object: 'price';

  /** As it stands in the ledger: `<provider>/<model>@<valid from>`, and `#<override>.<revision>` for one of the operator's. */
  @ApiProperty({ example: 'cerebras/gpt-oss-120b@2026-01-01' })
  id: string;

  provider: string;

  /** A pattern where an override has one. */
  model: string;

  /** Other names of the model. */
  @ApiProperty({ type: [String] })
  aliases: readonly string[];

  /** The gateway's price book, the operator's price file, or an override. */
  @ApiProperty({ enum: ['book', 'file', 'override'] })
  source: PriceSource;

  /** The vendor's page; null for an override. */
  @ApiProperty({ type: 'string', nullable: true })
  source_url: string | null;

  /** The day on which it was read. */
  @ApiProperty({ type: 'string', nullable: true })
  read_on: string | null;

  /** Whether the figures were compared with the vendor's own text; null for an override. */
  @ApiProperty({ type: 'boolean', nullable: true })
  verified: boolean | null;

  @ApiProperty({ type: 'string', nullable: true })
  valid_from: string | null;

  @ApiProperty({ type: 'string', nullable: true })
  valid_until: string | null;

  @ApiProperty({ type: 'string', nullable: true })
  note: string | null;

  /** Of an override for one organisation. */
  @ApiProperty({ type: 'string', nullable: true })
  organization_id: string | null;
}

/** Schema of an answer that has rates beside its own fields. */
export const withRates = (path: string): object => ({
  allOf: [{ $ref: path }, { type: 'object', properties: RATE_DOCS, additionalProperties: true }],
});

@ApiExtraModels(PriceDto)
export class PriceListDto {
  /** Always `list`. */
  object: 'list';

  @ApiProperty({ type: 'array', items: withRates(getSchemaPath(PriceDto)) })
  data: ReadonlyArray<PriceDto & AnsweredRates>;

  has_more: boolean;

  @ApiProperty({ type: 'string', nullable: true })
  first_id: string | null;

  @ApiProperty({ type: 'string', nullable: true })
  last_id: string | null;
}

/** A price override. Has the rates beside these fields. */
export class PriceOverrideDto {
  /** Always `price_override`. */
  object: 'price_override';

  id: string;

  /** Whose calls it is for; null: everybody's. */
  @ApiProperty({ type: 'string', nullable: true })
  organization_id: string | null;

  provider: string;

  model: string;

  @ApiProperty({ type: 'string', nullable: true })
  valid_from: string | null;

  @ApiProperty({ type: 'string', nullable: true })
  valid_until: string | null;

  @ApiProperty({ type: 'string', nullable: true })
  note: string | null;

  /** `file`: declared in asbru.yaml, and read-only here. */
  @ApiProperty({ enum: ['api', 'file'] })
  managed_by: 'api' | 'file';

  /** Counts its changes; the ledger names the one that was applied. */
  @ApiProperty({ type: 'integer' })
  revision: number;

  created_at: string;

  updated_at: string;
}

@ApiExtraModels(PriceOverrideDto)
export class PriceOverrideListDto {
  /** Always `list`. */
  object: 'list';

  @ApiProperty({ type: 'array', items: withRates(getSchemaPath(PriceOverrideDto)) })
  data: ReadonlyArray<PriceOverrideDto & AnsweredRates>;

  has_more: boolean;

  @ApiProperty({ type: 'string', nullable: true })
  first_id: string | null;

  @ApiProperty({ type: 'string', nullable: true })
  last_id: string | null;
}

export class DeletedPriceOverrideDto {
  id: string;

  /** Always `price_override`. */
  object: 'price_override';

  /** Always true. */
  deleted: true;
}

/** What so many requests cost. */
export class PriceEstimateDto {
  /** Always `price.estimate`. */
  object: 'price.estimate';

  @ApiProperty(withRates(getSchemaPath(PriceDto)))
  price: PriceDto & AnsweredRates;

  @ApiPropertyOptional({ type: 'integer' })
  requests: number;

  /** Of all requests, in dollars. */
  cost_usd: string;

  @ApiProperty({ type: 'integer' })
  cost_micros: number;

  cost_per_request_usd: string;

  @ApiProperty({ type: 'integer' })
  cost_per_request_micros: number;

  /** What a budget holds for one request with so many tokens, before it is known what it used. */
  reserved_per_request_usd: string;

  @ApiProperty({ type: 'integer' })
  reserved_per_request_micros: number;
}
