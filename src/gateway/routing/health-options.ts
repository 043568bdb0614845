import type { GatewaySettings } from '../../config/file/gateway-settings.types.js';
import { policyFor } from '../../config/file/settings-lookup.js';
import { healthOptions } from './balancing/options-of-settings.js';
import { DEFAULT_HEALTH, type HealthOptions } from './health/target-health.js';
import type { Target } from './health/target.js';

/** What the settings say of the health of a target; the defaults for one that is not declared any more. */
export function healthOptionsOf(settings: GatewaySettings): (target: Target) => HealthOptions {
  const { adaptive } = settings.routing;
  return ({ provider, model }) => {
    const declared = settings.providers[provider];
    return declared ? healthOptions(adaptive, declared, policyFor(declared, model)) : DEFAULT_HEALTH;
  };
}
