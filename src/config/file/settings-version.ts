import { createHash } from 'node:crypto';
import { isRecord } from '../../common/json/is-record.js';
import { Secret } from './secret.js';

const VERSION_LENGTH = 12;

/** A name for the content: equal for equal content, whatever its order of fields. Secrets count by their keyed hash. */
export function versionOf(content: object): string {
  return createHash('sha256').update(canonical(content)).digest('hex').slice(0, VERSION_LENGTH);
}

function canonical(value: unknown): string {
  if (value instanceof Secret) return `secret:${value.fingerprint}`;
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const fields = Object.keys(value).toSorted();
  return `{${fields.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
}
