import type { HedgeSettings } from '../../../config/file/gateway-settings.types.js';
import type { TargetOrder } from '../balancing/target-order.port.js';
import type { Target } from '../health/target.js';

/** Who may answer a request, and by which rules. Fixed for the request, whatever the configuration becomes. */
export interface RoutePlan {
  /** The targets in all their keys; tiers say which come only when no lower one can answer. */
  readonly targets: readonly Target[];
  readonly order: TargetOrder;
  readonly fallbackOnContentFilter: boolean;
  readonly resume: 'off' | 'verified';
  readonly hedge: HedgeSettings;
}
