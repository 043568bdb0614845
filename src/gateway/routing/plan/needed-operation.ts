import { GatewayError } from '../../../common/errors/gateway-error.js';
import type { ProviderRegistry } from '../../providers/provider-registry.js';
import type { RouteRules } from '../inference-router.port.js';
import type { RoutePlan } from './route-plan.js';

type Need = NonNullable<RouteRules['needs']>;

/** The targets whose provider does not have an operation. @throws GatewayError 400 when that is all of them */
export function lacking({ operation, name }: Need, plan: RoutePlan, providers: ProviderRegistry): ReadonlySet<string> {
  const without = plan.targets.filter(({ provider }) => !providers.get(provider)?.operations.has(operation));
  if (without.length < plan.targets.length) return new Set(without.map(({ id }) => id));
  const names = [...new Set(without.map(({ provider }) => provider))];
  const noun = names.length === 1 ? 'provider' : 'providers';
  throw new GatewayError('unsupported_operation', `${name} is not supported by the ${names.join(', ')} ${noun}`);
}

/**
 * The plan of a model. An id that nobody lists is asked of the only provider that has the operation: not every upstream
 * lists all its models, and its own refusal says more than one from here.
 */
export function withOnlyProvider(
  needs: Need | undefined,
  providers: ProviderRegistry,
  model: string,
  planOf: (model: string) => RoutePlan,
): RoutePlan {
  try {
    return planOf(model);
  } catch (error) {
    const able = needs ? providers.all().filter(({ operations }) => operations.has(needs.operation)) : [];
    const [only] = able;
    const isUnknown = error instanceof GatewayError && error.code === 'model_not_found';
    if (!isUnknown || error.param !== 'model' || !only || able.length > 1 || model.startsWith(`${only.name}/`)) {
      throw error;
    }
    return planOf(`${only.name}/${model}`);
  }
}
