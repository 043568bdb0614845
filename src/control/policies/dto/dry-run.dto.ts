/** How many requests of one key, team or model a rule would have hit. */
export class DryRunCountDto {
  /** Null for requests that belong to none. */
  id: string | null;

  name: string | null;

  /** Requests that were looked at. */
  requests: number;

  hits: number;

  /** Requests that cannot be judged. */
  unknown: number;
}

/** One request that a rule would have hit. */
export class DryRunExampleDto {
  request_id: string;

  /** ISO 8601. */
  at: string;

  key_id: string | null;

  team_id: string | null;

  model: string;
}

/** Whom a rule would have hit. */
export class DryRunDto {
  /** @example policy.dry_run */
  object: string;

  /** Requests that were looked at: those in the rule's scope. */
  requests: number;

  hits: number;

  misses: number;

  /** Requests that cannot be judged, because the ledger does not keep what decides. */
  unknown: number;

  /** Of the hits, those that come of an error of the expression, which closes. */
  errors: number;

  /** What the rule looks at and the ledger does not keep; unknown requests come of these. */
  not_recorded: string[];

  /** Whether there are more requests in this time than were looked at. */
  truncated: boolean;

  /** ISO 8601. */
  from: string;

  /** ISO 8601. */
  to: string;

  by_key: DryRunCountDto[];

  by_team: DryRunCountDto[];

  by_model: DryRunCountDto[];

  /** The newest requests that it would have hit. */
  examples: DryRunExampleDto[];
}
