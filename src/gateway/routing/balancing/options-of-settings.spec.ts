import { policyOf } from '../../../config/file/policy-builder.js';
import { routingOf } from '../../../config/file/routing-builder.js';
import { DEFAULTS } from '../../../config/file/settings-defaults.js';
import { DEFAULT_HEALTH } from '../health/target-health.js';
import { DEFAULT_BALANCER } from './balancer.options.js';
import { balancerOptions, healthOptions } from './options-of-settings.js';

describe('Options of a file that says nothing', () => {
  const { adaptive } = routingOf({});
  const provider = { retiredKeyProbeMs: DEFAULTS.retired_key_probe_ms };

  it('are the published defaults', () => {
    expect(balancerOptions(adaptive)).toEqual(DEFAULT_BALANCER);
    expect(healthOptions(adaptive, provider, policyOf({}))).toEqual(DEFAULT_HEALTH);
  });

  it('give way to what a file says', () => {
    const settings = routingOf({ adaptive: { exploration_percent: 1, recovery_start_percent: 50, failed_hold_ms: 9 } });
    expect(balancerOptions(settings.adaptive).explorationShare).toBe(0.01);
    const policy = policyOf({ breaker: { slow_ms: 900 } });
    expect(healthOptions(settings.adaptive, provider, policy)).toMatchObject({
      breaker: { slowMs: 900 },
      states: { rampFloor: 0.5, failedHoldMs: 9 },
    });
  });
});
