/** Who did something. */
export interface AuditActor {
  readonly kind: 'admin_token' | 'setup' | 'file' | 'gateway' | 'unknown';
  /** Of a token: its id. */
  readonly id: string | null;
  readonly name: string | null;
}

/** What something was done to. */
export interface AuditTarget {
  /** As `virtual_key`. */
  readonly type: string;
  readonly id: string;
}

/** One event as it is hashed, in canonical form, and shown. */
export interface AuditEvent {
  readonly id: string;
  readonly time: string;
  readonly actor: AuditActor;
  /** As `virtual_keys.update`. */
  readonly action: string;
  /** As `PATCH /admin/v1/virtual-keys/:id`; null where no request was. */
  readonly route: string | null;
  readonly targets: readonly AuditTarget[];
  readonly organization_id: string | null;
  readonly request_id: string | null;
  readonly client_address: string | null;
  /** What was given, without secrets. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly outcome: 'succeeded' | 'refused';
}

/** One row: an event, and where it stands in its chain. */
export interface AuditRow {
  readonly chain: string;
  readonly seq: number;
  readonly prev: string;
  readonly hash: string;
  readonly event: AuditEvent;
}
