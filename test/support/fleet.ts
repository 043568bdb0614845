import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SandboxOptions } from '../../src/gateway/providers/sandbox/sandbox-options.js';
import type { SandboxRequest } from '../../src/gateway/providers/sandbox/sandbox-request.js';
import type { UpstreamSandbox } from '../../src/gateway/providers/sandbox/upstream-sandbox.js';
import { startGateway, type TestGateway } from './gateway.js';
import { startSandbox } from './sandboxes.js';

type Settings = Record<string, unknown>;

/** A provider of asbru.yaml whose upstream is a sandbox of its own. */
export interface FleetProvider {
  /** As in asbru.yaml; default `cerebras`. Its sandbox speaks that API. */
  type?: string;
  /** Names of its keys, or whole entries whose value is made up here; default: one, `main`. */
  keys?: ReadonlyArray<string | ({ name: string } & Settings)>;
  sandbox?: SandboxOptions;
  /** An upstream that is no sandbox. */
  baseUrl?: string;
  /** Further fields of the provider, as in asbru.yaml. */
  settings?: Settings;
}

export interface FleetOptions {
  providers: Record<string, FleetProvider>;
  /** Further top-level fields of asbru.yaml. */
  settings?: Settings;
  env?: Record<string, string>;
}

/** Retries that follow at once, and clocks that a test can wait for. */
const QUICK = {
  retries: { max: 2, base_ms: 1 },
  timeouts: { first_byte_ms: 3_000, first_token_ms: 3_000, idle_ms: 3_000 },
};

/** A gateway with an asbru.yaml, and a sandbox behind each of its providers. */
export class Fleet {
  private constructor(
    readonly gateway: TestGateway,
    private readonly sandboxes: ReadonlyMap<string, UpstreamSandbox>,
    private readonly folder: string,
    private readonly settings: Settings,
  ) {}

  static async start(options: FleetOptions): Promise<Fleet> {
    const sandboxes = new Map<string, UpstreamSandbox>();
    const providers: Record<string, Settings> = {};
    for (const [name, provider] of Object.entries(options.providers)) {
      const type = provider.type ?? 'cerebras';
      const keys = (provider.keys ?? ['main']).map((key) =>
        keyEntry(name, typeof key === 'string' ? { name: key } : key),
      );
      const values = keys.map((key) => key.value);
      const sandbox = await startSandbox(type, { paceMs: 0, moreApiKeys: values, ...provider.sandbox });
      sandboxes.set(name, sandbox);
      providers[name] = {
        type,
        base_url: provider.baseUrl ?? sandbox.url,
        keys,
        ...QUICK,
        ...provider.settings,
      };
    }
    const settings = { version: 1, providers, ...options.settings };
    const folder = await mkdtemp(join(tmpdir(), 'asbru-fleet-'));
    await writeFile(join(folder, 'asbru.yaml'), JSON.stringify(settings));
    const env = { ASBRU_CONFIG: join(folder, 'asbru.yaml'), ...options.env };
    return new Fleet(await startGateway({ env }), sandboxes, folder, settings);
  }

  sandbox(provider: string): UpstreamSandbox {
    const sandbox = this.sandboxes.get(provider);
    if (!sandbox) throw new Error(`The fleet has no provider ${provider}`);
    return sandbox;
  }

  /** Requests for an answer that reached a provider, with one of its keys or any. */
  sent(provider: string, key?: string): SandboxRequest[] {
    return this.sandbox(provider).requests.filter(
      ({ method, apiKey }) => method === 'POST' && (key === undefined || apiKey === keyValue(provider, key)),
    );
  }

  /** How many of them each provider saw. */
  get counts(): Record<string, number> {
    return Object.fromEntries([...this.sandboxes.keys()].map((name) => [name, this.sent(name).length]));
  }

  /** The key of a request by its name. */
  keyOf(provider: string, request: SandboxRequest | undefined): string | undefined {
    return request?.apiKey?.slice(keyValue(provider, '').length);
  }

  /** The n-th request for an answer that reaches a provider. */
  async arrival(provider: string, n = 1): Promise<SandboxRequest> {
    for (let count = n; ; count++) {
      await this.sandbox(provider).waitForRequests(count);
      const request = this.sent(provider)[n - 1];
      if (request) return request;
    }
  }

  /** Settings as written, for a change of them. */
  get written(): Settings {
    return JSON.parse(JSON.stringify(this.settings)) as Settings;
  }

  /** Puts other content in the place of asbru.yaml. */
  async rewrite(content: Settings | string): Promise<void> {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    await writeFile(join(this.folder, 'asbru.yaml'), text);
  }

  /** Forgets requests and faults; what the gateway learnt of its upstreams stays. */
  reset(): void {
    for (const sandbox of this.sandboxes.values()) sandbox.reset();
    this.gateway.log.clear();
  }

  async close(): Promise<void> {
    await this.gateway.close();
    await Promise.all([...this.sandboxes.values()].map((sandbox) => sandbox.close()));
    await rm(this.folder, { recursive: true });
  }
}

function keyEntry(provider: string, { name, ...rest }: { name: string } & Settings) {
  return { name, value: keyValue(provider, name), ...rest };
}

/** The made-up credential of a key. */
export function keyValue(provider: string, key: string): string {
  return `csk-${provider}-${key}`;
}
