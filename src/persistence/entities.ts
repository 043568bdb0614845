import { PriceOverrideRow } from '../control/pricing/overrides/price-override.entity.js';
import { PriceVersionRow } from '../control/pricing/overrides/price-version.entity.js';
import { StoredEventsRow } from '../gateway/responses/store/stored-events.entity.js';
import { StoredItemRow } from '../gateway/responses/store/stored-item.entity.js';
import { StoredResponseRow } from '../gateway/responses/store/stored-response.entity.js';

/** Everything that has a table. After a change: `npm run migration:create -- what-changes`. */
export const ENTITIES = [StoredResponseRow, StoredEventsRow, StoredItemRow, PriceOverrideRow, PriceVersionRow];
