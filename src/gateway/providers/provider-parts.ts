import type { UpstreamClocks } from '../../common/http/upstream-client.js';
import type { ProviderKey } from './attempt.js';
import type { ProviderQuota } from './cerebras/quota/quota.port.js';

/** What every provider is made of, whichever API its upstream speaks. */
export interface ProviderParts {
  /** The prefix of its model routes. */
  name: string;
  /** Origin of its API. */
  origin: string;
  keys: readonly ProviderKey[];
  clocksOf: (model: string) => UpstreamClocks;
  quota?: ProviderQuota;
  /** Whether a piece of a stream that is not JSON is counted and left out, instead of failing the answer. */
  skipMalformed: (model: string) => boolean;
}
