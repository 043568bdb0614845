/** How responses are stored. The class is the injection token. */
export abstract class ResponseOptions {
  /** Off: nothing that a caller sends or gets is ever written down. */
  abstract readonly enabled: boolean;
  /** How long a response is found after it was made. */
  abstract readonly ttlMs: number;
}
