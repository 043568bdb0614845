import type { Caller } from '../../common/context/caller.js';
import { GatewayError } from '../../common/errors/gateway-error.js';
import { KeyHolder } from '../../control/keys/key-directory.port.js';
import type { RelayedRoute } from './relayed-route.js';

/** They cost nothing. */
const FREE: ReadonlySet<RelayedRoute['operation']> = new Set(['moderations']);

/**
 * A request that a model answers may leave its model to the provider. But nobody can say then whether the key may use
 * it, or what it costs.
 * @throws GatewayError 400 for a key that is bound to some models, or has a hard budget
 */
export function mayLeaveModelOpen({ operation }: RelayedRoute, caller: Caller): void {
  if (!(caller instanceof KeyHolder)) return;
  const isBound = !caller.allowedModels.includes('*') || caller.deniedModels.length > 0;
  const isCounted = !FREE.has(operation) && caller.budgets.some(({ mode }) => mode === 'hard');
  if (!isBound && !isCounted) return;
  const why = isBound ? 'may use some models only' : 'has a hard budget';
  throw new GatewayError(
    'missing_required_parameter',
    `This API key ${why}, so the request has to name its 'model'; a form before its files.`,
    { param: 'model' },
  );
}
