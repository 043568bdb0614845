import type { GatewaySettings } from '../../config/file/gateway-settings.types.js';
import { policyFor } from '../../config/file/settings-lookup.js';
import { DEFAULT_BREAKER } from './health/circuit-breaker.options.js';
import { DEFAULT_RETIREMENT } from './health/key-retirement.js';
import { DEFAULT_HEALTH, type HealthOptions } from './health/target-health.js';
import { DEFAULT_STATS } from './health/target-stats.options.js';
import type { Target } from './health/target.js';

/** What the settings say of the health of a target. */
export function healthOptionsOf(settings: GatewaySettings): (target: Target) => HealthOptions {
  const { adaptive } = settings.routing;
  const stats = { ...DEFAULT_STATS, halfLifeMs: adaptive.ewmaHalfLifeMs };
  return ({ provider, model }) => {
    const declared = settings.providers[provider];
    if (!declared) return DEFAULT_HEALTH;
    const { breaker } = policyFor(declared, model);
    return {
      ...DEFAULT_HEALTH,
      stats,
      retirement: { ...DEFAULT_RETIREMENT, probeAfterMs: declared.retiredKeyProbeMs },
      breaker: {
        ...DEFAULT_BREAKER,
        consecutiveFailures: breaker.consecutiveFailures,
        failureRatio: breaker.failureRatio,
        minimumCalls: breaker.minimumRequests,
        windowMs: breaker.windowMs,
        slowMs: breaker.slowMs ?? Number.POSITIVE_INFINITY,
        openMs: breaker.openMs,
      },
    };
  };
}
