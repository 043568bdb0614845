import type { BreakerSettings, ModelPolicy, TimeoutSettings } from './gateway-settings.types.js';
import type { RawPolicy } from './raw-settings.types.js';
import { DEFAULTS } from './settings-defaults.js';

/** What holds for a model: the override, else the provider, else the default, field by field. */
export function policyOf(provider: RawPolicy, override: RawPolicy = {}): ModelPolicy {
  return {
    timeouts: timeoutsOf({ ...provider.timeouts, ...override.timeouts }),
    breaker: breakerOf({ ...provider.breaker, ...override.breaker }),
    malformedChunk: override.malformed_chunk ?? provider.malformed_chunk ?? DEFAULTS.malformed_chunk,
  };
}

function timeoutsOf(given: NonNullable<RawPolicy['timeouts']>): TimeoutSettings {
  const timeouts = { ...DEFAULTS.timeouts, ...given };
  return {
    connectMs: timeouts.connect_ms,
    firstByteMs: timeouts.first_byte_ms,
    // Who allows a late first byte means a late first token too.
    firstTokenMs: given.first_token_ms ?? Math.max(timeouts.first_token_ms, timeouts.first_byte_ms),
    idleMs: timeouts.idle_ms,
    totalMs: timeouts.total_ms,
    afterFinishMs: timeouts.after_finish_ms,
  };
}

function breakerOf(given: NonNullable<RawPolicy['breaker']>): BreakerSettings {
  const breaker = { ...DEFAULTS.breaker, ...given };
  return {
    consecutiveFailures: breaker.consecutive_failures,
    failureRatio: breaker.failure_ratio,
    minimumRequests: breaker.minimum_requests,
    windowMs: breaker.window_ms,
    slowMs: breaker.slow_ms,
    openMs: breaker.open_ms,
  };
}
