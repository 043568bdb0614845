import { GatewayError } from '../../common/errors/gateway-error.js';
import type { Kind } from './kinds.js';
import type { TenantRow } from './tenant-columns.js';
import type { TenantReader } from './tenant-session.js';

/**
 * The id of something that an entity of an organisation is put under; null for nothing.
 * @throws GatewayError `not_found` (404) for what is not there, or belongs to another organisation
 */
export async function parentOf<T extends TenantRow>(
  reader: TenantReader,
  kind: Kind<T>,
  organizationId: string,
  id: string | null | undefined,
  param: string,
): Promise<string | null> {
  if (id === undefined || id === null) return null;
  const row = await reader.get(kind, id, param);
  if (row.organizationId === organizationId) return row.id;
  throw new GatewayError('not_found', `There is no ${kind.name.replaceAll('_', ' ')} with the id '${id}'.`, { param });
}
