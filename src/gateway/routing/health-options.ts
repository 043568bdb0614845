import type { GatewaySettings } from '../../config/file/gateway-settings.types.js';
import { policyFor } from '../../config/file/settings-lookup.js';
import { healthOptions } from './balancing/options-of-settings.js';
import { DEFAULT_HEALTH, type HealthOptions } from './health/target-health.js';
import type { Target } from './health/target.js';

/** For the only target there is: see RoutePlan.sparing. */
const NEVER_OPENS = { consecutiveFailures: Number.POSITIVE_INFINITY, failureRatio: Number.POSITIVE_INFINITY };

/** What the settings say of the health of a target; the defaults for one that is not declared any more. */
export function healthOptionsOf(settings: GatewaySettings): (target: Target) => HealthOptions {
  const { adaptive } = settings.routing;
  return ({ provider, model }) => {
    const declared = settings.providers[provider];
    if (!declared) return DEFAULT_HEALTH;
    const options = healthOptions(adaptive, declared, policyFor(declared, model));
    return settings.source === 'environment'
      ? { ...options, breaker: { ...options.breaker, ...NEVER_OPENS } }
      : options;
  };
}
