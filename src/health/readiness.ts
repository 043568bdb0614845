import { Injectable } from '@nestjs/common';
import { Draining } from '../common/context/draining.js';
import { KnownTerms } from '../common/context/known-terms.port.js';
import type { ErrorCode } from '../common/errors/error-table.js';
import { AppConfig } from '../config/app.config.js';
import { Database, type DatabaseState } from '../persistence/database.js';

/** Why no requests should come. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
}

/**
 * Whether load balancers should send requests here. Turned off before the process stops, and while this version's
 * schema is not there, so that a rollout whose migration fails goes no further; where keys are required also until all
 * that binds them was read once. A database that is away later does not turn it off: all nodes share it, and most
 * requests need none.
 */
@Injectable()
export class Readiness {
  constructor(
    private readonly draining: Draining,
    private readonly database: Database,
    private readonly config: AppConfig,
    private readonly terms: KnownTerms,
  ) {}

  /** Why no requests should come; undefined when they should. */
  get refusal(): Refusal | undefined {
    if (this.draining.hasBegun) return { code: 'server_draining', message: 'The gateway is shutting down.' };
    if (this.database.state === 'failed') {
      return { code: 'storage_unavailable', message: 'The schema of the database could not be brought up to date.' };
    }
    const { unread } = this.terms;
    if (unread === undefined || !this.config.requiresKeys) return undefined;
    const message = `Keys are required here, and the ${unread} have not been read from the database yet.`;
    return { code: 'keys_unavailable', message };
  }

  get databaseState(): DatabaseState {
    return this.database.state;
  }
}
