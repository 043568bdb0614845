import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';

const REDACTED = '[redacted]';
/** Fixed, because equal nodes must agree; it only keeps fingerprints from being plain hashes of the secret. */
const FINGERPRINT_KEY = 'asbru.settings.v1';
const FINGERPRINT_LENGTH = 12;

/** A text that must not be seen: every usual way of writing it gives `[redacted]`. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself, for the one place that sends it. */
  reveal(): string {
    return this.#text;
  }

  /** Tells whether two secrets are the same one, without the text: a keyed hash. */
  get fingerprint(): string {
    return createHmac('sha256', FINGERPRINT_KEY).update(this.#text).digest('hex').slice(0, FINGERPRINT_LENGTH);
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}
