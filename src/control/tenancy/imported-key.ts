import { GatewayError } from '../../common/errors/gateway-error.js';
import { OWN_PREFIX } from './key-hasher.js';

const SHORTEST = 32;
const LONGEST = 256;
const MIN_BITS = 100;
/** Characters that are shown of it. */
const SHOWN = 10;

/**
 * Checks a key that was another gateway's (`sk-bf-…`), and gives the part of it that may be shown.
 * @throws GatewayError (400) for one that could be guessed, or has the form of our own
 */
export function importedPrefix(key: string, param: string): string {
  const problem = problemOf(key);
  if (problem !== undefined)
    throw new GatewayError('invalid_value', `This key cannot be imported: ${problem}.`, { param });
  return key.slice(0, SHOWN);
}

function problemOf(key: string): string | undefined {
  if (key.length < SHORTEST || key.length > LONGEST) return `it must have ${SHORTEST} to ${LONGEST} characters`;
  if (!/^[\x21-\x7e]+$/.test(key)) return 'it must be visible ASCII without spaces';
  if (key.startsWith(OWN_PREFIX)) return `keys that begin with ${OWN_PREFIX} are made here`;
  if (entropyBits(key) < MIN_BITS) return 'it is too regular to be a random value';
  return undefined;
}

/** How surprising its characters are, by how often each is in it: an upper bound, which weeds out what is not random at all. */
function entropyBits(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= count * Math.log2(count / text.length);
  return bits;
}
