import type { IncomingHttpHeaders } from 'node:http';
import { inspect } from 'node:util';

/** Headers in which clients send a provider's key, in the order in which they are looked at. */
const HEADERS = ['authorization', 'x-api-key', 'x-goog-api-key', 'api-key'] as const;
/** A token that fits into any of these headers. */
const TOKEN = /^[\x21-\x7e]{1,4096}$/;
const BEARER = /^Bearer +(.*)$/i;
const REDACTED = '[redacted]';

/** The key that a caller sent, whoever it is for. Only who forwards it sees it: each way of writing it is redacted. */
export class CallerCredentials {
  readonly #headers: IncomingHttpHeaders;

  readonly #ownTokens: ReadonlySet<string> | undefined;

  /** @param ownTokens the virtual keys that the request has: they are this gateway's, and nobody else's to see */
  constructor(headers: IncomingHttpHeaders, ownTokens?: ReadonlySet<string>) {
    this.#headers = headers;
    this.#ownTokens = ownTokens;
  }

  get isPresent(): boolean {
    return this.secretFor('authorization') !== undefined;
  }

  /** The key from the header that the provider reads, else from another: each SDK sends keys in its own dialect's. */
  secretFor(preferred: string): string | undefined {
    const names = new Set<string>([preferred, ...HEADERS]);
    for (const name of names) {
      const secret = this.read(name);
      if (secret !== undefined) return secret;
    }
    return undefined;
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

  private read(name: string): string | undefined {
    const value = this.#headers[name];
    if (typeof value !== 'string') return undefined;
    const token = name === 'authorization' ? BEARER.exec(value)?.[1]?.trim() : value.trim();
    return token !== undefined && TOKEN.test(token) && !this.#ownTokens?.has(token) ? token : undefined;
  }
}
