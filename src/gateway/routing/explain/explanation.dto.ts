import { ApiProperty } from '@nestjs/swagger';

const OBJECT = { type: 'object', additionalProperties: true } as const;

/** One model of a provider with one of its keys, as a request would find it now. */
export class ExplainedTargetDto {
  /** Name of the provider. */
  provider: string;

  /** The provider's id of the model. */
  model: string;

  /** Name of the key. */
  key: string;

  /** Targets of a higher tier are asked when no lower one can answer. */
  tier: number;

  /** Whether it may be asked now. */
  available: boolean;

  /** Why it stands where it stands. */
  reason: string;

  /** Milliseconds until it may be asked; 0 when it may now. */
  wait_ms: number;

  /** `healthy`, `degraded`, `failed` or `recovering`. */
  state: string;

  /** Configured weight times score. */
  weight: number;

  /** Expected share of the next requests, from 0 to 1; null where the order is fixed. */
  share: number | null;

  /** The factors of the score, each from 0 to 1. */
  @ApiProperty(OBJECT)
  score: object;

  /** Live figures: error rate, first-token time, tokens per second, queue time, requests in flight, utilisation. */
  @ApiProperty(OBJECT)
  figures: object;

  /** The circuit breaker: its state, the failed share of its window, milliseconds until the next probe. */
  @ApiProperty(OBJECT)
  breaker: object;

  /** Milliseconds that the provider has asked to be left alone. */
  cooldown_ms: number;

  /** Why the key is out of use, if it is. */
  @ApiProperty({ ...OBJECT, nullable: true })
  retired: object | null;
}

/** Where a request for a model would go now. */
export class ExplanationDto {
  /** As asked for. */
  model: string;

  /** Version of the configuration. */
  config: string;

  /** The targets in the order in which a request would try them. */
  candidates: ExplainedTargetDto[];
}
