import { randomBytes } from 'node:crypto';

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const ID_LENGTH = 24;

/** Random characters, each as likely as the others; every one of base58 has 5.86 bits. */
export function randomText(length: number, alphabet: string = BASE58): string {
  // Bytes above would make the first characters likelier.
  const bound = 256 - (256 % alphabet.length);
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < bound && text.length < length) text += alphabet[byte % alphabet.length];
    }
  }
  return text;
}

/** An id such as `team_4fJ…`. */
export function newId(prefix: string): string {
  return `${prefix}_${randomText(ID_LENGTH)}`;
}
