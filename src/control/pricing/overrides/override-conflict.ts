import { GatewayError } from '../../../common/errors/gateway-error.js';
import type { OverrideDraft } from './price-override-store.port.js';
import type { PriceOverride } from './price-override.types.js';

/** Of two overrides for the same at the same time, nobody could tell which one is meant. */
export function refuseOverlap(draft: OverrideDraft, others: readonly PriceOverride[]): void {
  const other = others.find(({ from, until }) => draft.from < until && from < draft.until);
  if (!other) return;
  throw new GatewayError(
    'conflict',
    `There is already a price override for '${draft.provider}/${draft.model}' in this time: ${other.id}. Change that one, or end it with 'valid_until'.`,
    { param: 'model' },
  );
}
