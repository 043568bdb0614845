import { GatewayError } from '../../../common/errors/gateway-error.js';
import type { KeyHolder } from '../../../control/keys/key-directory.port.js';
import { anyMatches, permitsModel, permitsName } from '../../../control/keys/permitted-models.port.js';
import { CALLER_KEY } from '../../providers/attempt.js';
import type { Target } from '../health/target.js';
import type { RoutePlan } from './route-plan.js';

/** A plan's part that a key may use; kept with the plan, because orders keep figures by the plan's own array. */
const kept = new WeakMap<RoutePlan, WeakMap<KeyHolder, RoutePlan>>();

/** The same plan with the targets that the key may use. @throws GatewayError 403 when that is none */
export function permittedPlan(plan: RoutePlan, holder: KeyHolder): RoutePlan {
  let byHolder = kept.get(plan);
  if (!byHolder) kept.set(plan, (byHolder = new WeakMap()));
  let permitted = byHolder.get(holder);
  if (!permitted) {
    permitted = permit(plan, holder);
    byHolder.set(holder, permitted);
  }
  return permitted;
}

/** A name that nothing is known of: who may use only some models learns no more than that it is not one of them. */
export function unknownOrRefused(error: GatewayError, model: string, holder: KeyHolder): GatewayError {
  return permitsName(holder, model) ? error : modelRefused(model, holder);
}

function permit(plan: RoutePlan, holder: KeyHolder): RoutePlan {
  const ofProvider = plan.targets.filter(({ provider }) => anyMatches(holder.allowedProviders, provider));
  const ofModel = ofProvider.filter((target) => permitsTarget(holder, target, plan));
  const targets = ofModel.filter((target) => permitsKey(holder, target));
  if (targets.length === plan.targets.length) return plan;
  if (targets.length > 0) return { ...plan, targets };
  const [name = ''] = plan.names;
  if (ofProvider.length === 0) throw providerRefused(plan, holder);
  if (ofModel.length === 0) throw modelRefused(name, holder);
  const message = `This API key may use none of the provider keys that serve '${name}'.`;
  throw new GatewayError('provider_not_allowed', message, { param: 'model' });
}

function permitsTarget(holder: KeyHolder, { provider, model, tier }: Target, { names }: RoutePlan): boolean {
  // A request about an account's things is about no model: its scope is what allows it.
  if (model === '') return true;
  return permitsModel(holder, provider, model, names[tier ?? 0]);
}

function permitsKey({ allowedUpstreamKeys }: KeyHolder, { provider, key }: Target): boolean {
  if (key === CALLER_KEY) return true;
  return anyMatches(allowedUpstreamKeys, `${provider}/${key}`) || anyMatches(allowedUpstreamKeys, key);
}

function modelRefused(model: string, { allowedModels }: KeyHolder): GatewayError {
  const message = `This API key may not use the model '${model}'. It may use: ${listOf(allowedModels)}.`;
  return new GatewayError('model_not_allowed', message, { param: 'model' });
}

function providerRefused({ targets }: RoutePlan, { allowedProviders }: KeyHolder): GatewayError {
  const names = [...new Set(targets.map(({ provider }) => `'${provider}'`))].join(', ');
  const message = `This API key may not use the provider ${names}. It may use: ${listOf(allowedProviders)}.`;
  return new GatewayError('provider_not_allowed', message, { param: 'model' });
}

const MOST_SHOWN = 20;

function listOf(patterns: readonly string[]): string {
  if (patterns.length === 0) return 'none';
  const shown = patterns.slice(0, MOST_SHOWN).join(', ');
  return patterns.length > MOST_SHOWN ? `${shown} and ${patterns.length - MOST_SHOWN} more` : shown;
}
