import { createHash, type KeyObject, sign, verify } from 'node:crypto';
import { canonicalJson } from '../canonical-json.js';
import { CHAIN_VERSION } from '../chain-hash.js';
import type { ChainHead } from '../store/audit.repository.js';

/** A chain as it was at some time, signed with a key that the database does not hold. */
export interface Checkpoint extends ChainHead {
  readonly version: number;
  readonly time: string;
  readonly key_id: string;
  /** Ed25519 over the canonical JSON of all else, in base64. */
  readonly signature: string;
}

/** Name of a key: the beginning of the SHA-256 of its public half. */
export function keyIdOf(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('hex').slice(0, 16);
}

export function signCheckpoint({ chain, seq, hash }: ChainHead, time: string, key: SigningKey): Checkpoint {
  const signed = { version: CHAIN_VERSION, chain, seq, hash, time, key_id: key.id };
  return { ...signed, signature: sign(null, bytesOf(signed), key.privateKey).toString('base64') };
}

export function isSignedBy({ signature, ...signed }: Checkpoint, publicKey: KeyObject): boolean {
  return verify(null, bytesOf(signed), publicKey, Buffer.from(signature, 'base64'));
}

export interface SigningKey {
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

function bytesOf(signed: object): Buffer {
  return Buffer.from(canonicalJson(signed));
}
