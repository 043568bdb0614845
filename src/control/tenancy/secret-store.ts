import type { VirtualKeySecretRow } from '../keys/virtual-key-secret.entity.js';
import type { VirtualKeyRow } from '../keys/virtual-key.entity.js';
import { newId } from './entity-id.js';
import { importedPrefix } from './imported-key.js';
import { type KeyHasher, newKey } from './key-hasher.js';
import { KEY_SECRET } from './kinds.js';
import type { Manager } from './tenant-columns.js';
import type { TenantReader, TenantSession } from './tenant-session.js';

/** Stores the secret of a key. @returns what may be shown once; undefined for an imported one, which its holder has */
export async function addSecret(
  session: TenantSession,
  hasher: KeyHasher,
  owner: VirtualKeyRow,
  given: string | null | undefined,
  now: Date,
): Promise<string | undefined> {
  const imported = given ?? undefined;
  const { key, prefix } =
    imported === undefined ? newKey() : { key: imported, prefix: importedPrefix(imported, 'key') };
  const managedBy: Manager = owner.managedBy === 'file' ? 'file' : 'api';
  await session.insert(KEY_SECRET, {
    id: newId(KEY_SECRET.prefix),
    organizationId: owner.organizationId,
    managedBy,
    declaredKey: null,
    createdAt: now,
    updatedAt: now,
    keyId: owner.id,
    ...hasher.hash(key),
    prefix,
    validUntil: null,
  });
  return imported === undefined ? key : undefined;
}

/** The secrets of a key, the newest first. */
export async function secretsOf(reader: TenantReader, keyId: string): Promise<VirtualKeySecretRow[]> {
  const rows = await reader.all(KEY_SECRET, { keyId });
  return rows.toSorted(
    (one, other) =>
      other.createdAt.getTime() - one.createdAt.getTime() ||
      Number(one.validUntil !== null) - Number(other.validUntil !== null),
  );
}

/**
 * Lets the secrets of a key end: the newest at a time, older ones now.
 * @returns ids of those that are gone at once
 */
export async function endSecrets(session: TenantSession, keyId: string, until: Date, now: Date): Promise<string[]> {
  const [newest, ...older] = await secretsOf(session, keyId);
  const gone = older.map(({ id }) => id);
  for (const row of older) session.remove(KEY_SECRET, row);
  if (!newest) return gone;
  if (until > now) {
    await session.update(KEY_SECRET, newest, { validUntil: until, updatedAt: now });
    return gone;
  }
  session.remove(KEY_SECRET, newest);
  return [...gone, newest.id];
}
