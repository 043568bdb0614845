import type { AdaptiveSettings, ModelPolicy, ProviderSettings } from '../../../config/file/gateway-settings.types.js';
import { DEFAULT_HEALTH, type HealthOptions } from '../health/target-health.js';
import { type BalancerOptions, DEFAULT_BALANCER } from './balancer.options.js';

/** The section `routing.adaptive` as the balancer takes it. */
export function balancerOptions(adaptive: AdaptiveSettings): BalancerOptions {
  return {
    ...DEFAULT_BALANCER,
    choice: adaptive.choice,
    recomputeMs: adaptive.recomputeMs,
    explorationShare: adaptive.explorationPercent / 100,
    influence: adaptive.influence,
    degradedLatencyRatio: adaptive.degradedLatencyRatio,
  };
}

/** The settings of a target's provider and model as its health takes them. */
export function healthOptions(
  adaptive: AdaptiveSettings,
  { retiredKeyProbeMs }: Pick<ProviderSettings, 'retiredKeyProbeMs'>,
  { breaker }: Pick<ModelPolicy, 'breaker'>,
): HealthOptions {
  return {
    breaker,
    retirement: { ...DEFAULT_HEALTH.retirement, probeAfterMs: retiredKeyProbeMs },
    stats: { ...DEFAULT_HEALTH.stats, halfLifeMs: adaptive.ewmaHalfLifeMs },
    states: {
      ...DEFAULT_HEALTH.states,
      degradedErrorRate: adaptive.degradedErrorRate,
      failedErrorRate: adaptive.failedErrorRate,
      minimumRequests: adaptive.minimumRequests,
      failedHoldMs: adaptive.failedHoldMs,
      rampMs: adaptive.recoveryRampMs,
      rampFloor: adaptive.recoveryStartPercent / 100,
    },
  };
}
