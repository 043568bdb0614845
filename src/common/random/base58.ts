import { randomInt } from 'node:crypto';

/** Bitcoin's alphabet: no two characters that people take for each other. */
const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** Text that nobody can guess: 5.86 bits for each character, from the system's own source. */
export function randomBase58(length: number): string {
  let text = '';
  for (let at = 0; at < length; at++) text += ALPHABET.charAt(randomInt(ALPHABET.length));
  return text;
}
