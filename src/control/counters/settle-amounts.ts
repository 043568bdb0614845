import type { Logger } from '@nestjs/common';
import { checkAmounts } from './claim-rules.js';
import type { Lease } from './counters.port.js';

/**
 * What a lease is settled with. Settling does not throw, so amounts that are none are told loudly, and what was held is
 * charged in their place.
 */
export function settleAmounts(
  lease: Lease,
  actual: readonly number[],
  held: readonly number[] | undefined,
  logger: Logger,
): readonly number[] {
  try {
    checkAmounts(lease.claims, actual);
    return actual;
  } catch (error) {
    logger.error(
      { err: error, lease: lease.id },
      'a call was settled with amounts that are none: it is charged as held',
    );
    return held ?? lease.claims.map(({ amount }) => amount);
  }
}
