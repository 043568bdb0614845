import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../../../config/config-error.js';
import { keyIdOf, type SigningKey } from './checkpoint.js';

/** In the data folder: the key, and its public half for whoever verifies. */
const KEY_FILE = 'audit.key';
const PUBLIC_FILE = 'audit.pub.pem';
/** What stands before the 32 bytes of an Ed25519 key in PKCS #8. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** @throws ConfigError when the setting holds no Ed25519 private key */
export function keyFromSetting(text: string): SigningKey {
  try {
    return signingKey(privateKeyOf(text));
  } catch {
    throw new ConfigError(
      'Asbru cannot start: ASBRU_AUDIT_KEY is no Ed25519 private key. Make one with: openssl genpkey -algorithm ed25519',
    );
  }
}

/** The key in the data folder, made for this user alone when there is none. Processes that start together get the same. */
export function keyFromFolder(folder: string): SigningKey {
  const path = join(folder, KEY_FILE);
  if (!existsSync(path)) make(folder, path);
  return signingKey(createPrivateKey(readFileSync(path)));
}

/** Writes the public half beside the checkpoints. */
export function publish({ publicKey }: SigningKey, folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, PUBLIC_FILE), publicPem(publicKey), { mode: 0o644 });
}

export function publicPem(publicKey: KeyObject): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}

function signingKey(privateKey: KeyObject): SigningKey {
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error('The key is not an Ed25519 key');
  const publicKey = createPublicKey(privateKey);
  return { id: keyIdOf(publicKey), privateKey, publicKey };
}

function privateKeyOf(text: string): KeyObject {
  // Settings of one line have their line ends written out.
  if (text.includes('-----BEGIN')) return createPrivateKey(text.replaceAll('\\n', '\n'));
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('latin1').startsWith('-----BEGIN')) return createPrivateKey(bytes);
  const der = bytes.length === 32 ? Buffer.concat([PKCS8, bytes]) : bytes;
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

function make(folder: string, path: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync('ed25519');
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx', flush: true });
  chmodSync(draft, 0o600);
  try {
    // A link fails where a file is; a rename would take another process's key away.
    linkSync(draft, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
  } finally {
    unlinkSync(draft);
  }
}
