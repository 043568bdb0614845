import { type EntityAnswer, entityAnswer } from '../tenancy/entity-answer.js';
import { type KeyTerms, readTerms } from '../tenancy/key-terms.js';
import type { VirtualKeySecretRow } from './virtual-key-secret.entity.js';
import type { VirtualKeyRow } from './virtual-key.entity.js';

export interface VirtualKeyAnswer extends EntityAnswer, KeyTerms {
  readonly name: string;
  readonly description: string | null;
  readonly status: string;
  readonly customer_id: string | null;
  readonly team_id: string | null;
  readonly project_id: string | null;
  readonly user_id: string | null;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
}

export interface SecretAnswer {
  readonly prefix: string;
  readonly valid_until: string | null;
  readonly created_at: string;
}

export function virtualKeyAnswer(row: VirtualKeyRow, now: Date): VirtualKeyAnswer {
  const expired = row.status === 'active' && row.expiresAt instanceof Date && row.expiresAt <= now;
  return {
    ...entityAnswer('virtual_key', row),
    name: row.name,
    description: row.description ?? null,
    status: expired ? 'expired' : row.status,
    ...parentIds(row),
    expires_at: row.expiresAt?.toISOString() ?? null,
    revoked_at: row.revokedAt?.toISOString() ?? null,
    ...readTerms(row.terms),
  };
}

function parentIds({ customerId, teamId, projectId, userId }: VirtualKeyRow) {
  return {
    customer_id: customerId ?? null,
    team_id: teamId ?? null,
    project_id: projectId ?? null,
    user_id: userId ?? null,
  };
}

export function secretAnswer(row: VirtualKeySecretRow): SecretAnswer {
  return {
    prefix: row.prefix,
    valid_until: row.validUntil?.toISOString() ?? null,
    created_at: row.createdAt.toISOString(),
  };
}
