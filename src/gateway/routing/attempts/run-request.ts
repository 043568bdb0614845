import type { Observable } from 'rxjs';
import type { CallContext } from '../../../common/context/call-context.js';
import type { Clock } from '../../../common/time/clock.port.js';
import type { Random } from '../../../common/random/random.port.js';
import type { Grant } from '../../../control/governance/governance.port.js';
import type { Attempt } from '../../providers/attempt.js';
import type { Provider } from '../../providers/provider.port.js';
import type { HealthBook } from '../health/health-book.js';
import type { Target } from '../health/target.js';
import type { RoutePlan } from '../plan/route-plan.js';
import type { RetryRules } from './asking-leave.js';
import type { QuotaGate } from './quota-gate.js';

/** What runs share: the health of the targets, and what one request may ask of them. */
export interface RunContext extends RetryRules {
  readonly clock: Clock;
  readonly random: Random;
  readonly book: HealthBook;
  readonly provider: (name: string) => Provider | undefined;
}

/** One request on its way through a plan. */
export interface RunRequest<T> {
  readonly plan: RoutePlan;
  readonly call: CallContext;
  /** Upper bounds of request parameters that a policy sets. */
  readonly caps: Readonly<Record<string, number>>;
  /** Estimate, for normalising latencies. */
  readonly promptTokens: number;
  /** Whether the answer is streamed: only then there is a first token to be late. */
  readonly streamed: boolean;
  /** Targets that are not to be asked, from the start. */
  readonly exclude?: ReadonlySet<string>;
  readonly isSpent?: () => boolean;
  send(provider: Provider, target: Target, attempt: Attempt): Observable<T>;
  /** Holds room in the keys' quotas. */
  readonly quota: QuotaGate;
  /** Holds what the call may cost, and bills it. */
  readonly grant: Grant;
}
