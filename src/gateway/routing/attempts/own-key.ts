import type { CallContext } from '../../../common/context/call-context.js';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import { CALLER_KEY, type ProviderKey } from '../../providers/attempt.js';
import type { Provider } from '../../providers/provider.port.js';
import type { Target } from '../health/target.js';
import type { RoutePlan } from '../plan/route-plan.js';
import { type FailurePolicy, type FailureVerdict, verdictOn } from './failure-policy.js';

/** Whether the key of the target is the one that the caller sent. */
export function isOwn({ key }: Target): boolean {
  return key === CALLER_KEY;
}

/** The credential of a target; undefined when it is gone since the plan was made. */
export function keyOf(provider: Provider, target: Target, { credentials }: CallContext): ProviderKey | undefined {
  if (isOwn(target)) return provider.passthrough?.keyFor(credentials);
  return provider.keys.find(({ name }) => name === target.key);
}

/** Whether all requests leave the target alone after a failure: one caller's limits are no business of another's. */
export function spares({ sparing }: RoutePlan, target: Target): boolean {
  return sparing && !isOwn(target);
}

/** Nobody else's key is to pay for what the caller's own may not do. */
export function verdictOnTarget(error: GatewayError, target: Target, policy: FailurePolicy): FailureVerdict {
  const verdict = verdictOn(error, policy);
  return verdict === 'key' && isOwn(target) ? 'stop' : verdict;
}

/**
 * A provider's refusal of the key that the caller himself sent: his to mend, so he gets its status, and not the 502 of a
 * gateway whose own key is wrong. Other failures stay as they are.
 */
export function asCallerSees(error: GatewayError, target: Target, status: number | undefined): GatewayError {
  const { provider } = target;
  if (!isOwn(target)) return error;
  if (error.code === 'upstream_auth_error') {
    const message = `${provider} refused the API key that you sent. This gateway passes your own key on to ${provider}.`;
    return new GatewayError('invalid_api_key', message, { status: status === 403 ? 403 : 401, cause: error });
  }
  if (error.code === 'insufficient_quota') {
    const message = `The ${provider} account of the API key that you sent has no credit left.`;
    return new GatewayError('insufficient_quota', message, { headers: { ...error.headers }, cause: error });
  }
  return error;
}
