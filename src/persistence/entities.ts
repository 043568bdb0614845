import { BudgetBalanceRow } from '../control/usage/store/budget-balance.entity.js';
import { OutboxRow } from '../control/usage/store/outbox.entity.js';
import { UsageRecordRow } from '../control/usage/store/usage-record.entity.js';
import { StoredEventsRow } from '../gateway/responses/store/stored-events.entity.js';
import { StoredItemRow } from '../gateway/responses/store/stored-item.entity.js';
import { StoredResponseRow } from '../gateway/responses/store/stored-response.entity.js';

/** Everything that has a table. After a change: `npm run migration:create -- what-changes`. */
export const ENTITIES = [
  StoredResponseRow,
  StoredEventsRow,
  StoredItemRow,
  UsageRecordRow,
  BudgetBalanceRow,
  OutboxRow,
];
