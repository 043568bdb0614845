import { Logger } from '@nestjs/common';
import type { Clock } from '../../../common/time/clock.port.js';
import type { Peer } from '../../../common/workers/peer.js';
import { CounterStore } from '../counter-store.js';
import { MemoryCounters } from '../memory-counters.js';
import {
  claimOf,
  COUNTERS,
  type ExtendRow,
  leaseOf,
  type LeaseRow,
  type ReadRow,
  type SettleRow,
  standingRow,
  type VerdictRow,
  verdictRow,
} from './counter-messages.js';

/** The supervisor's part of the counters: one store, in which it holds and settles for each worker. */
export class CountersHost {
  private readonly logger = new Logger('Counters');

  constructor(
    private readonly clock: Clock,
    private readonly store = new CounterStore(clock),
  ) {}

  /** Counts for a worker until it ends; what it holds then is charged, until its log tells what was used. */
  connect(id: number, peer: Peer): void {
    const counters = new MemoryCounters(this.clock, this.store);
    counters.start();
    peer.on(COUNTERS.admit, (row) => this.admit(counters, row));
    peer.on(COUNTERS.extend, (row) => this.extend(counters, row));
    peer.on(COUNTERS.settle, (row) => this.settle(counters, row));
    peer.on(COUNTERS.read, (row) => this.read(row));
    peer.onClosed(() => {
      const orphaned = counters.abandon();
      if (orphaned > 0) this.logger.warn({ worker: id, orphaned }, 'a worker has ended with calls under way');
    });
  }

  private admit(counters: MemoryCounters, row: LeaseRow): VerdictRow {
    const missing = this.missingSeeds(row);
    return missing.length > 0 ? [2, missing] : verdictRow(counters.admit(leaseOf(row)));
  }

  private extend(counters: MemoryCounters, [id, scope, extra, claims]: ExtendRow): VerdictRow {
    const lease = claims ? leaseOf([id, scope, claims]) : counters.leaseOf(scope, id);
    // It was given up because it is a day old: the answer goes on without more.
    return lease ? verdictRow(counters.extend(lease, extra)) : [0, null, null, []];
  }

  private settle(counters: MemoryCounters, [id, scope, actual, claims, adopted]: SettleRow): void {
    // Calls of an earlier supervisor's workers are in the ledger, and so in what counters begin with.
    if (adopted === 1 && !this.store.has(scope, id)) return;
    const lease = claims ? leaseOf([id, scope, claims]) : counters.leaseOf(scope, id);
    if (lease) counters.settle(lease, actual);
  }

  private read([scope, claims]: ReadRow) {
    return this.store.read(scope, claims.map(claimOf)).map(standingRow);
  }

  private missingSeeds([, scope, claims]: LeaseRow): number[] {
    const missing: number[] = [];
    for (const [index, claim] of claims.entries()) {
      if (claim[7] === 1 && !this.store.counts(scope, claimOf(claim))) missing.push(index);
    }
    return missing;
  }
}
