import { PolicyRow } from '../control/policies/policy.entity.js';
import { PolicyVersionRow } from '../control/policies/policy-version.entity.js';
import { AdminStateRow } from '../control/auth/store/admin-state.entity.js';
import { AdminTokenRow } from '../control/auth/store/admin-token.entity.js';
import { RoleRow } from '../control/auth/store/role.entity.js';
import { StoredEventsRow } from '../gateway/responses/store/stored-events.entity.js';
import { StoredItemRow } from '../gateway/responses/store/stored-item.entity.js';
import { StoredResponseRow } from '../gateway/responses/store/stored-response.entity.js';

/** Everything that has a table. After a change: `npm run migration:create -- what-changes`. */
export const ENTITIES = [
  StoredResponseRow,
  StoredEventsRow,
  StoredItemRow,
  PolicyRow,
  PolicyVersionRow,
  AdminTokenRow,
  RoleRow,
  AdminStateRow,
];
