import type { AdaptiveInfluence, AdaptiveSettings, RoutingSettings } from './gateway-settings.types.js';
import type { RawRouting } from './raw-settings.types.js';
import { DEFAULTS } from './settings-defaults.js';

/** The section `routing` with its defaults. */
export function routingOf(raw: RawRouting): RoutingSettings {
  const affinity = { ...DEFAULTS.session_affinity, ...raw.session_affinity };
  const queue = { ...DEFAULTS.quota_queue, ...raw.quota_queue };
  return {
    sessionAffinity: {
      enabled: affinity.enabled,
      headers: affinity.headers.map((name) => name.toLowerCase()),
      promptCacheKey: affinity.prompt_cache_key,
    },
    quotaQueue: { maxWaiting: queue.max_waiting, maxWaitMs: queue.max_wait_ms },
    adaptive: adaptiveOf(raw.adaptive ?? {}),
  };
}

function adaptiveOf(raw: NonNullable<RawRouting['adaptive']>): AdaptiveSettings {
  const adaptive = { ...DEFAULTS.adaptive, ...raw };
  return {
    choice: adaptive.choice,
    recomputeMs: adaptive.recompute_ms,
    ewmaHalfLifeMs: adaptive.ewma_half_life_ms,
    minimumRequests: adaptive.minimum_requests,
    explorationPercent: adaptive.exploration_percent,
    degradedErrorRate: adaptive.degraded_error_rate,
    failedErrorRate: adaptive.failed_error_rate,
    degradedLatencyRatio: adaptive.degraded_latency_ratio,
    failedHoldMs: adaptive.failed_hold_ms,
    recoveryStartPercent: adaptive.recovery_start_percent,
    recoveryRampMs: adaptive.recovery_ramp_ms,
    influence: influenceOf({ ...DEFAULTS.influence, ...raw.influence }),
  };
}

function influenceOf(influence: Record<keyof typeof DEFAULTS.influence, number>): AdaptiveInfluence {
  return {
    errors: influence.errors,
    firstToken: influence.first_token,
    throughput: influence.throughput,
    queueTime: influence.queue_time,
    utilisation: influence.utilisation,
  };
}
