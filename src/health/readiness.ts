import { Injectable } from '@nestjs/common';
import { Draining } from '../common/context/draining.js';
import { Database, type DatabaseState } from '../persistence/database.js';

/**
 * Whether load balancers should send requests here. Turned off before the process stops, and while this version's
 * schema is not there, so that a rollout whose migration fails goes no further. A database that is away does not turn
 * it off: all nodes share it, and most requests need none.
 */
@Injectable()
export class Readiness {
  constructor(
    private readonly draining: Draining,
    private readonly database: Database,
  ) {}

  /** Why no requests should come; undefined when they should. */
  get refusal(): string | undefined {
    if (this.draining.hasBegun) return 'The gateway is shutting down.';
    if (this.database.state === 'failed') return 'The schema of the database could not be brought up to date.';
    return undefined;
  }

  get databaseState(): DatabaseState {
    return this.database.state;
  }
}
