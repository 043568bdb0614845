import { ApiProperty } from '@nestjs/swagger';
import { CAPS, type Effect, EFFECTS, type ManagedBy, type PolicyScope, SCOPES } from '../policy.types.js';

/** What a rule has done on the node that answers, since that node started. */
export class PolicyStatisticsDto {
  /** Requests that it matched. */
  matched: number;

  /** Requests that it could not be evaluated for. */
  errors: number;
}

/** A rule. */
export class PolicyDto {
  id: string;

  /** @example policy */
  object: string;

  /** Null for rules of the installation. */
  organization_id: string | null;

  /** `api`, or `file` for what asbru.yaml declares. */
  managed_by: ManagedBy;

  name: string;

  description: string;

  /** A condition in CEL. */
  expression: string;

  @ApiProperty({ enum: EFFECTS })
  effect: Effect;

  /** For `route_to`. */
  target_model: string | null;

  /** For `cap`. */
  @ApiProperty({
    type: 'object',
    properties: Object.fromEntries(CAPS.map((name) => [name, { type: 'number' as const }])),
  })
  caps: object;

  message: string | null;

  @ApiProperty({ enum: SCOPES })
  scope: PolicyScope;

  scope_id: string | null;

  priority: number;

  enabled: boolean;

  /** Evaluated and recorded, and never acts. */
  dry_run: boolean;

  models: string[];

  /** Null where it is not asked: it is not enabled, or this node has not read it yet. */
  statistics: PolicyStatisticsDto | null;

  /** ISO 8601. */
  created_at: string;

  /** ISO 8601. */
  updated_at: string;
}

/** A page of rules, the newest first. */
export class PolicyListDto {
  /** @example list */
  object: string;

  data: PolicyDto[];

  has_more: boolean;

  first_id: string | null;

  last_id: string | null;
}

/** What is no more. */
export class DeletedPolicyDto {
  id: string;

  /** @example policy */
  object: string;

  deleted: boolean;
}
