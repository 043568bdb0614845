import type { CallerCredentials } from '../../../common/http/caller-credentials.js';
import { CALLER_KEY, type ProviderKey } from '../attempt.js';
import type { CredentialClients } from './credential-clients.js';

/** Stands for a credential when a provider is asked in which header it reads one. */
const PROBE = 'credential';

/** Makes keys of what callers send, for a provider that says `passthrough_keys: true`. */
export class PassthroughKeys {
  /** The header in which the provider reads its key. */
  private readonly header: string;

  constructor(
    private readonly clients: CredentialClients,
    /** Headers of each request with a credential, as for the provider's own. */
    private readonly headersOf: (secret: string) => Record<string, string>,
  ) {
    const written = Object.entries(headersOf(PROBE)).find(([, value]) => value.includes(PROBE));
    this.header = written?.[0].toLowerCase() ?? 'authorization';
  }

  /** The caller's key, with connections that nobody else uses; undefined when he sent none. */
  keyFor(credentials: CallerCredentials | undefined): ProviderKey | undefined {
    const secret = credentials?.secretFor(this.header);
    if (secret === undefined) return undefined;
    return { name: CALLER_KEY, client: this.clients.of(secret), headers: this.headersOf(secret) };
  }
}
