import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { UpstreamClient, type UpstreamClocks, type UpstreamConnection } from '../../common/http/upstream-client.js';
import type { Clock } from '../../common/time/clock.port.js';
import { LoneWorker } from '../../common/workers/lone-worker.js';
import { topic } from '../../common/workers/topic.js';
import type { WorkerGroup } from '../../common/workers/worker-group.port.js';
import type { GatewaySettings, ProviderSettings } from '../../config/file/gateway-settings.types.js';
import { policyFor } from '../../config/file/settings-lookup.js';
import type { ProviderKey } from './attempt.js';
import type { BuiltInSandbox } from './built-in-sandbox.js';
import { CerebrasQuotas, type QuotasOptions } from './cerebras/quota/cerebras-quotas.js';
import type { QuotaNews } from './cerebras/quota/quota-news.js';
import { CredentialClients } from './passthrough/credential-clients.js';
import { PassthroughKeys } from './passthrough/passthrough-keys.js';
import { adapterOf } from './provider-adapters.js';
import type { ProviderParts } from './provider-parts.js';
import type { Provider } from './provider.port.js';

/** What a worker does to a quota of a provider, or learns of it. */
interface SharedQuotaNews {
  readonly provider: string;
  readonly key: string;
  readonly model: string;
  readonly news: QuotaNews;
}

const QUOTA = topic<SharedQuotaNews>('quota');

/** Says of an answer that a simulator made it up. */
const SANDBOX_MARK = { 'x-asbru-sandbox': 'true' };

/**
 * Makes the providers of a settings snapshot. Connections belong to an address and a credential, so they outlive a
 * snapshot that keeps both; those that no provider uses any more are closed once their requests are done.
 */
@Injectable()
export class ProviderFleet implements OnApplicationShutdown {
  private connections = new Map<string, Connections>();
  private readonly quotas = new Map<string, CerebrasQuotas>();

  constructor(
    private readonly sandbox: BuiltInSandbox,
    private readonly clock: Clock,
    private readonly group: WorkerGroup = new LoneWorker(),
  ) {
    group.hear(QUOTA, ({ provider, key, model, news }) => this.quotas.get(provider)?.of(key, model).adopt(news));
  }

  build(settings: GatewaySettings): Provider[] {
    const before = this.connections;
    this.connections = new Map();
    // Without a file there is one key: the provider's own refusal says more than a guess from here.
    const maxWaiting = settings.source === 'environment' ? undefined : settings.routing.quotaQueue.maxWaiting;
    const providers = Object.values(settings.providers).map((provider) => this.provider(provider, before, maxWaiting));
    for (const [id, connections] of before) if (!this.connections.has(id)) connections.retire();
    return providers;
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.connections.values()].map((connections) => connections.close()));
  }

  private provider(
    settings: ProviderSettings,
    before: ReadonlyMap<string, Connections>,
    maxQueue: number | undefined,
  ): Provider {
    const adapter = adapterOf(settings.type);
    const account = settings.sandbox ? this.sandbox.account : undefined;
    const baseUrl = account?.baseUrl ?? settings.baseUrl;
    const own = Object.fromEntries(Object.entries(settings.headers).map(([name, value]) => [name, value.reveal()]));
    const headersOf = (secret: string): Record<string, string> => ({ ...own, ...adapter.headers(secret, settings) });
    const keys = settings.keys.map((key): ProviderKey => {
      const secret = account?.apiKey ?? key.value.reveal();
      const client = this.kept(idOf(baseUrl, settings, key.value.fingerprint), before, isClient, () =>
        openClient(baseUrl, settings),
      );
      return { name: key.name, client, headers: headersOf(secret), ...(account && { answerHeaders: SANDBOX_MARK }) };
    });
    const parts: ProviderParts = {
      name: settings.name,
      origin: new URL(baseUrl).origin,
      keys,
      quota: adapter.learnsQuota ? this.quota(settings, maxQueue) : undefined,
      clocksOf: (model): UpstreamClocks => policyFor(settings, model).timeouts,
      skipMalformed: (model) => policyFor(settings, model).malformedChunk === 'skip',
    };
    const made = adapter.make(parts, settings);
    if (settings.passthroughKeys) {
      const open = (): CredentialClients => new CredentialClients(() => openClient(baseUrl, settings));
      const clients = this.kept(idOf(baseUrl, settings, 'callers'), before, isCredentialClients, open);
      made.passthrough = new PassthroughKeys(clients, headersOf);
    }
    return made;
  }

  /** Made anew with each snapshot: what it learned comes again with the first answers' headers. */
  private quota(settings: ProviderSettings, maxQueue: number | undefined): CerebrasQuotas | undefined {
    if (maxQueue === undefined) return undefined;
    const limits = new Map(settings.keys.map((key) => [key.name, key.limits]));
    const { name: provider } = settings;
    const tell: QuotasOptions['tell'] = (key, model, news) => this.group.tell(QUOTA, { provider, key, model, news });
    const options = { limitsOf: (key: string) => limits.get(key) ?? {}, maxQueue };
    const quotas = new CerebrasQuotas(this.clock, this.group.isAlone ? options : { ...options, tell });
    this.quotas.set(provider, quotas);
    return quotas;
  }

  /** Connections that an earlier snapshot or provider made, or new ones. */
  private kept<T extends Connections>(
    id: string,
    before: ReadonlyMap<string, Connections>,
    isKind: (connections: Connections | undefined) => connections is T,
    open: () => T,
  ): T {
    const found = this.connections.get(id) ?? before.get(id);
    const connections = isKind(found) ? found : open();
    this.connections.set(id, connections);
    return connections;
  }
}

/** Connections with one credential, or those of callers with theirs. */
type Connections = UpstreamClient | CredentialClients;

function isClient(connections: Connections | undefined): connections is UpstreamClient {
  return connections instanceof UpstreamClient;
}

function isCredentialClients(connections: Connections | undefined): connections is CredentialClients {
  return connections instanceof CredentialClients;
}

function openClient(baseUrl: string, settings: ProviderSettings): UpstreamClient {
  return new UpstreamClient(baseUrl, connectionOf(settings));
}

function connectionOf({ policy, allowPrivateAddresses, ca }: ProviderSettings): UpstreamConnection {
  return { connectMs: policy.timeouts.connectMs, allowPrivateAddresses, ...(ca !== null && { ca }) };
}

/** Equal for connections that may be shared: same address, same way there, same credential. */
function idOf(baseUrl: string, settings: ProviderSettings, credential: string): string {
  return JSON.stringify([baseUrl, credential, connectionOf(settings)]);
}
