import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { UpstreamClient, type UpstreamClocks } from '../../common/http/upstream-client.js';
import type { Clock } from '../../common/time/clock.port.js';
import type { GatewaySettings, KeySettings, ProviderSettings } from '../../config/file/gateway-settings.types.js';
import { policyFor } from '../../config/file/settings-lookup.js';
import type { ProviderKey } from './attempt.js';
import type { BuiltInSandbox } from './built-in-sandbox.js';
import { CerebrasQuotas } from './cerebras/quota/cerebras-quotas.js';
import { adapterOf } from './provider-adapters.js';
import type { ProviderParts } from './provider-parts.js';
import type { Provider } from './provider.port.js';

/** Says of an answer that a simulator made it up. */
const SANDBOX_MARK = { 'x-asbru-sandbox': 'true' };

/**
 * Makes the providers of a settings snapshot. Connections belong to an address and a credential, so they outlive a
 * snapshot that keeps both; those that no provider uses any more are closed once their requests are done.
 */
@Injectable()
export class ProviderFleet implements OnApplicationShutdown {
  private clients = new Map<string, UpstreamClient>();

  constructor(
    private readonly sandbox: BuiltInSandbox,
    private readonly clock: Clock,
  ) {}

  build(settings: GatewaySettings): Provider[] {
    const before = this.clients;
    this.clients = new Map();
    // Without a file there is one key: the provider's own refusal says more than a guess from here.
    const maxWaiting = settings.source === 'environment' ? undefined : settings.routing.quotaQueue.maxWaiting;
    const providers = Object.values(settings.providers).map((provider) => this.provider(provider, before, maxWaiting));
    for (const [id, client] of before) if (!this.clients.has(id)) client.retire();
    return providers;
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.clients.values()].map((client) => client.close()));
  }

  private provider(
    settings: ProviderSettings,
    before: ReadonlyMap<string, UpstreamClient>,
    maxQueue: number | undefined,
  ): Provider {
    const adapter = adapterOf(settings.type);
    const account = settings.sandbox ? this.sandbox.account : undefined;
    const baseUrl = account?.baseUrl ?? settings.baseUrl;
    const own = Object.fromEntries(Object.entries(settings.headers).map(([name, value]) => [name, value.reveal()]));
    const keys = settings.keys.map((key): ProviderKey => {
      const secret = account?.apiKey ?? key.value.reveal();
      const client = this.client(baseUrl, key, settings, before);
      const headers = { ...own, ...adapter.headers(secret, settings) };
      return { name: key.name, client, headers, ...(account && { answerHeaders: SANDBOX_MARK }) };
    });
    const parts: ProviderParts = {
      name: settings.name,
      origin: new URL(baseUrl).origin,
      keys,
      quota: adapter.learnsQuota ? this.quota(settings, maxQueue) : undefined,
      clocksOf: (model): UpstreamClocks => policyFor(settings, model).timeouts,
      skipMalformed: (model) => policyFor(settings, model).malformedChunk === 'skip',
    };
    return adapter.make(parts, settings);
  }

  /** Made anew with each snapshot: what it learned comes again with the first answers' headers. */
  private quota(settings: ProviderSettings, maxQueue: number | undefined): CerebrasQuotas | undefined {
    if (maxQueue === undefined) return undefined;
    const limits = new Map(settings.keys.map((key) => [key.name, key.limits]));
    return new CerebrasQuotas(this.clock, { limitsOf: (key) => limits.get(key) ?? {}, maxQueue });
  }

  private client(
    baseUrl: string,
    key: KeySettings,
    settings: ProviderSettings,
    before: ReadonlyMap<string, UpstreamClient>,
  ): UpstreamClient {
    const { connectMs } = settings.policy.timeouts;
    const id = `${baseUrl} ${key.value.fingerprint} ${connectMs}`;
    const client = this.clients.get(id) ?? before.get(id) ?? new UpstreamClient(baseUrl, connectMs);
    this.clients.set(id, client);
    return client;
  }
}
