import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SandboxFault } from '../../src/gateway/providers/sandbox/sandbox-fault.js';
import { Admin } from './admins.js';
import type { Answer } from './answer.js';
import { Fleet, type FleetOptions } from './fleet.js';
import type { TestGateway } from './gateway.js';

type Body = Record<string, unknown>;

/** What tests read of anything that the admin API made. */
export interface Entity {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** A virtual key with the secret that its holder has. */
export interface HeldKey extends Entity {
  readonly key: string;
}

/** One request to an upstream as the ledger has it. */
export interface UsageRecord {
  readonly id: string;
  readonly request_id: string;
  readonly provider: string;
  readonly model: string;
  readonly requested_model: string;
  readonly operation: string;
  readonly cause: string;
  readonly outcome: string;
  readonly status: number | null;
  readonly streamed: boolean;
  readonly input_tokens: number;
  readonly cached_input_tokens: number;
  readonly cache_write_tokens: number;
  readonly output_tokens: number;
  readonly reasoning_tokens: number;
  readonly usage_source: string;
  readonly cost_micros: number;
  readonly price_id: string | null;
  readonly organization_id: string;
  readonly virtual_key_id: string | null;
  readonly tags: readonly string[];
}

/** Where a key stands, as its holder is told. */
export interface Standing {
  readonly budgets: ReadonlyArray<{
    readonly name: string;
    readonly level: string;
    readonly amount_usd: string;
    readonly spent_usd: string;
    readonly held_usd: string;
    readonly remaining_usd: string;
  }>;
  readonly rate_limits: ReadonlyArray<{
    readonly metric: string;
    readonly limit: number;
    readonly used: number;
    readonly remaining: number;
  }>;
}

/** How the callers of the dialects name the models of the upstreams that a governed gateway has. */
export const MODELS = {
  cerebras: 'cerebras/gpt-oss-120b',
  anthropic: 'anthropic/claude-sonnet-4-5-20250929',
  gemini: 'gemini/gemini-2.5-flash',
  openai: 'openai/gpt-4o-mini',
  embeddings: 'openai/text-embedding-3-small',
} as const;

/** Allows everything that there is; a test takes away what it is about. */
const EVERYTHING = {
  allowed_providers: ['*'],
  allowed_models: ['*'],
  scopes: ['inference', 'models', 'embeddings', 'images', 'audio', 'moderations', 'files', 'batches', 'routing'],
};

/** No retry hides what a test is about, and no breaker remembers it. */
const PLAIN = {
  retries: { max: 0, base_ms: 1 },
  breaker: { consecutive_failures: 1_000, minimum_requests: 10_000 },
};

export interface GovernedOptions extends Partial<FleetOptions> {
  /** Of a gateway that shares its database with another one, which was set up there. */
  readonly owner?: string;
}

/** A gateway that only answers those who have a key, with a sandbox of each API behind it, and its owner. */
export class Governed {
  private constructor(
    readonly fleet: Fleet,
    readonly owner: Admin,
    private readonly data: string,
  ) {}

  static async start({ providers, settings, env, owner }: GovernedOptions = {}): Promise<Governed> {
    const data = await mkdtemp(join(tmpdir(), 'asbru-governed-'));
    const fleet = await Fleet.start({
      providers: providers ?? {
        cerebras: { settings: PLAIN },
        openai: { type: 'openai', settings: PLAIN },
        anthropic: { type: 'anthropic', settings: PLAIN },
        gemini: { type: 'gemini', settings: PLAIN },
      },
      ...(settings && { settings }),
      // Each process has a log of its own, and each gateway is one.
      env: { ASBRU_AUTH: 'required', ASBRU_DATA_DIR: data, ASBRU_SECRET: 'governed-secret-of-32-characters!', ...env },
    });
    const admin =
      owner === undefined ? await Admin.firstOwner(fleet.gateway) : new Admin(fleet.gateway, 'adm_shared', owner);
    return new Governed(fleet, admin, data);
  }

  get gateway(): TestGateway {
    return this.fleet.gateway;
  }

  /** Asks as an administrator, and fails the test when the answer is no 200. */
  async make<T extends Entity = Entity>(path: string, body: Body, admin = this.owner): Promise<T> {
    return made(await admin.post(`/admin/v1/${path}`, body)) as T;
  }

  async change<T extends Entity = Entity>(path: string, body: Body, admin = this.owner): Promise<T> {
    return made(await admin.call('PATCH', `/admin/v1/${path}`, body)) as T;
  }

  /** A key that may call everything, but for what is given. */
  key(terms: Body = {}, admin = this.owner): Promise<HeldKey> {
    return this.make<HeldKey>('virtual-keys', { name: 'key', ...EVERYTHING, ...terms }, admin);
  }

  /** A key with one budget of its own. */
  keyWith(budget: Body, terms: Body = {}): Promise<HeldKey> {
    return this.key({ budgets: [{ name: 'Monthly', period: 'month', ...budget }], ...terms });
  }

  chat({ key }: HeldKey, body: Body = {}, headers: Record<string, string> = {}): Promise<Answer> {
    const whole = { model: MODELS.cerebras, messages: [{ role: 'user', content: 'Say: hello' }], ...body };
    return this.gateway.post('/v1/chat/completions', whole, { ...bearer(key), ...headers });
  }

  async standing({ key }: HeldKey): Promise<Standing> {
    return (await this.gateway.get('/v1/key', bearer(key))).json() as unknown as Standing;
  }

  /** The ledger's rows of a key or of everybody, the oldest first, once there are so many: the database follows the answer. */
  async records(count: number, filter: HeldKey | string): Promise<UsageRecord[]> {
    const query = typeof filter === 'string' ? filter : `virtual_key=${filter.id}`;
    const end = performance.now() + 10_000;
    for (;;) {
      const answer = await this.owner.get(`/admin/v1/usage/records?limit=100&${query}`);
      const { data } = answer.json() as { data?: UsageRecord[] };
      if (data && data.length >= count) return data.toReversed();
      if (performance.now() > end)
        throw new Error(`The ledger has ${data?.length ?? 'no'} rows and not ${count}: ${answer.text}`);
    }
  }

  /** What a key has spent and holds of its first budget, once it holds nothing. */
  async settled(key: HeldKey): Promise<Standing['budgets'][number]> {
    const end = performance.now() + 10_000;
    for (;;) {
      const standing = await this.standing(key);
      const [budget] = standing.budgets;
      if (budget && standing.budgets.every(({ held_usd }) => held_usd === '0.00')) return budget;
      if (performance.now() > end) throw new Error(`Something stays held: ${JSON.stringify(standing)}`);
    }
  }

  script(provider: string, ...faults: SandboxFault[]): void {
    for (const fault of faults) this.fleet.sandbox(provider).script(fault);
  }

  reset(): void {
    this.fleet.reset();
  }

  async close(): Promise<void> {
    await this.fleet.close();
    await rm(this.data, { recursive: true, force: true });
  }
}

export function bearer(key: string): Record<string, string> {
  return { authorization: `Bearer ${key}` };
}

/** `12.340000` dollars as micro-dollars. */
export function micros(dollars: string): number {
  return Math.round(Number(dollars) * 1_000_000);
}

/** @throws Error when the answer is no 200 */
function made(answer: Answer): Record<string, unknown> {
  if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.text}`);
  return answer.json();
}
