import { PolicyRow } from '../control/policies/policy.entity.js';
import { PolicyVersionRow } from '../control/policies/policy-version.entity.js';
import { AuditChainRow } from '../control/audit/store/audit-chain.entity.js';
import { AuditEventRow } from '../control/audit/store/audit-event.entity.js';
import { AdminStateRow } from '../control/auth/store/admin-state.entity.js';
import { AdminTokenRow } from '../control/auth/store/admin-token.entity.js';
import { RoleRow } from '../control/auth/store/role.entity.js';
import { BudgetRow } from '../control/budgets/budget.entity.js';
import { CustomerRow } from '../control/customers/customer.entity.js';
import { VirtualKeySecretRow } from '../control/keys/virtual-key-secret.entity.js';
import { VirtualKeyRow } from '../control/keys/virtual-key.entity.js';
import { OrganizationRow } from '../control/organizations/organization.entity.js';
import { ProjectRow } from '../control/projects/project.entity.js';
import { RateLimitRow } from '../control/rate-limits/rate-limit.entity.js';
import { TeamMemberRow } from '../control/teams/team-member.entity.js';
import { TeamRow } from '../control/teams/team.entity.js';
import { ControlChangeRow } from '../control/tenancy/control-change.entity.js';
import { ControlVersionRow } from '../control/tenancy/control-version.entity.js';
import { UserRow } from '../control/users/user.entity.js';
import { DeclaredStateRow } from '../control/declared/declared-state.entity.js';
import { PriceOverrideRow } from '../control/pricing/overrides/price-override.entity.js';
import { PriceVersionRow } from '../control/pricing/overrides/price-version.entity.js';
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
  PolicyRow,
  PolicyVersionRow,
  AdminStateRow,
  AdminTokenRow,
  RoleRow,
  BudgetRow,
  CustomerRow,
  VirtualKeySecretRow,
  VirtualKeyRow,
  OrganizationRow,
  ProjectRow,
  RateLimitRow,
  TeamMemberRow,
  TeamRow,
  ControlChangeRow,
  ControlVersionRow,
  UserRow,
  DeclaredStateRow,
  PriceOverrideRow,
  PriceVersionRow,
  BudgetBalanceRow,
  OutboxRow,
  UsageRecordRow,
  AuditEventRow,
  AuditChainRow,
];
