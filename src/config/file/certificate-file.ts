import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { reasonOf } from './read-failure.js';

/** Largest file of certificates, in bytes. */
const MAX_BYTES = 1024 * 1024;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Reads the certificates of a PEM file; whatever else is in it, such as a key, is left there.
 * @throws Error that says what is wrong with the file
 */
export function readCertificates(path: string): string {
  if (!isAbsolute(path)) throw new Error('must be an absolute path');
  const certificates = read(path).match(CERTIFICATE) ?? [];
  if (certificates.length === 0) throw new Error('holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)');
  for (const certificate of certificates) assertReadable(certificate);
  return `${certificates.join('\n')}\n`;
}

function read(path: string): string {
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch (cause) {
    throw new Error(`cannot be read: ${reasonOf(cause)}`, { cause });
  }
  if (content.length > MAX_BYTES) throw new Error(`is larger than ${MAX_BYTES} bytes`);
  return content.toString('utf8');
}

function assertReadable(certificate: string): void {
  try {
    void new X509Certificate(certificate);
  } catch (cause) {
    throw new Error('holds a certificate that cannot be read', { cause });
  }
}
