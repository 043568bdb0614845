/** What is kept of a secret text: enough to know it again, and nothing to get it back from. */
export interface KeyDigest {
  /** HMAC-SHA256 as 64 hex digits. */
  readonly digest: string;
  /** Names the secret that it was made with, without telling it. */
  readonly pepperId: string;
}

/** Hashes keys and tokens with this installation's own secrets. The class is the injection token. */
export abstract class KeyHasher {
  /** What is stored of a new one: made with the newest secret. */
  abstract hash(text: string): KeyDigest;
  /** What may be stored of one that a caller sent, with the newest secret first. The work does not depend on the text. */
  abstract candidates(text: string): readonly KeyDigest[];
}
