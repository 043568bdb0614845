import type { HedgeSettings } from '../../../config/file/gateway-settings.types.js';
import type { TargetOrder } from '../balancing/target-order.port.js';
import type { Target } from '../health/target.js';

/** Who may answer a request, and by which rules. Fixed for the request, whatever the configuration becomes. */
export interface RoutePlan {
  /** By tier: the name that led to its targets, the caller's model or one of his fallbacks. */
  readonly names: readonly string[];
  /** The targets in all their keys; tiers say which come only when no lower one can answer. */
  readonly targets: readonly Target[];
  readonly order: TargetOrder;
  /** Whether the caller's name for the model is one of the operator's (an alias, a route): the answer repeats it. */
  readonly isRenamed: boolean;
  /**
   * Whether a target that failed is left alone for a while. Without a configuration file there is one key and nobody
   * else to ask: the upstream's own answer, each time, is more use to the caller than a refusal from here.
   */
  readonly sparing: boolean;
  readonly fallbackOnContentFilter: boolean;
  readonly resume: 'off' | 'verified';
  readonly hedge: HedgeSettings;
}
