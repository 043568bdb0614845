import { Injectable } from '@nestjs/common';
import { KnownTerms } from '../../common/context/known-terms.port.js';
import { KeyDirectory } from '../keys/key-directory.port.js';
import { Policies } from '../policies/policies.port.js';
import { Pricing } from '../pricing/pricing.port.js';
import { UsageLedger } from '../usage/usage-ledger.port.js';

/**
 * What was read of the database at least once. Until then a call would run that a policy denies, or at a price, or from a
 * balance, that is not its own.
 */
@Injectable()
export class ReadTerms extends KnownTerms {
  private isComplete = false;

  constructor(
    private readonly directory: KeyDirectory,
    private readonly policies: Policies,
    private readonly pricing: Pricing,
    private readonly ledger: UsageLedger,
  ) {
    super();
  }

  override get unread(): string | undefined {
    if (this.isComplete) return undefined;
    const unread = this.firstUnread();
    // Nothing of it is ever forgotten.
    this.isComplete = unread === undefined;
    return unread;
  }

  private firstUnread(): string | undefined {
    if (!this.directory.ready) return 'keys';
    if (!this.policies.ready) return 'policies';
    if (!this.pricing.ready) return 'prices';
    return this.ledger.ready ? undefined : 'balances';
  }
}
