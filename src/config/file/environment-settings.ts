import { type AppConfig, ConfigError } from '../app.config.js';
import { PROVIDER_KEYS } from '../provider-keys.js';
import type { GatewaySettings } from './gateway-settings.types.js';
import type { RawProvider } from './raw-settings.types.js';
import { referenceProblems } from './reference-check.js';
import { buildSettings } from './settings-builder.js';

/**
 * Names of other vendors' models that the sandbox answers for, so that the first call of any SDK's sample works; those of
 * a vendor whose key is set are left to it. Not all names: a typing error of a Cerebras model is still found.
 */
const SANDBOX_NAMES: Readonly<Record<string, readonly string[]>> = {
  anthropic: ['claude-*', 'anthropic/*'],
  gemini: ['gemini-*', 'google/*'],
  openai: [
    'gpt-3*',
    'gpt-4*',
    'gpt-5*',
    'chatgpt-*',
    'o1*',
    'o3*',
    'o4*',
    'openai/gpt-3*',
    'openai/gpt-4*',
    'openai/gpt-5*',
  ],
};
const SANDBOX_MODEL = 'cerebras/gpt-oss-120b';

/**
 * The snapshot of a gateway without a file: Cerebras with one key, or the sandbox in its place; and each other provider
 * whose usual key is set.
 * @throws ConfigError for an alias that leads nowhere
 */
export function environmentSettings(config: AppConfig): GatewaySettings {
  const common = {
    timeouts: {
      connect_ms: config.ASBRU_CONNECT_TIMEOUT_MS,
      first_byte_ms: config.ASBRU_FIRST_BYTE_TIMEOUT_MS,
      idle_ms: config.ASBRU_IDLE_TIMEOUT_MS,
      total_ms: config.ASBRU_TOTAL_TIMEOUT_MS,
    },
    retries: { max: config.ASBRU_MAX_RETRIES },
  } as const;
  const providers: Record<string, RawProvider> = {};
  if (config.CEREBRAS_API_KEY || config.usesSandbox) {
    const keys = [{ name: 'default', value: config.CEREBRAS_API_KEY ?? '' }];
    providers['cerebras'] = {
      type: 'cerebras',
      base_url: config.CEREBRAS_BASE_URL,
      keys,
      allow_private_addresses: config.ASBRU_ALLOW_PRIVATE_ADDRESSES === 'on',
      ...common,
    };
  }
  for (const { type, setting } of PROVIDER_KEYS) {
    const value = config[setting];
    if (value) providers[type] = { type, keys: [{ name: 'default', value }], ...common };
  }
  const sandboxed = config.usesSandbox ? ['cerebras'] : [];
  const raw = { version: 1, providers, models: { aliases: aliasesOf(config, providers) } } as const;
  assertAliases(raw);
  return buildSettings(raw, { source: 'environment', sandboxed });
}

function aliasesOf(config: AppConfig, providers: Readonly<Record<string, RawProvider>>): Record<string, string> {
  if (config.ASBRU_MODEL_ALIASES !== undefined || !config.usesSandbox) return config.modelAliases;
  const free = Object.entries(SANDBOX_NAMES).filter(([vendor]) => providers[vendor] === undefined);
  return Object.fromEntries(free.flatMap(([, names]) => names.map((name) => [name, SANDBOX_MODEL])));
}

function assertAliases(raw: unknown): void {
  const problems = referenceProblems(raw, new Set()).filter(({ pointer }) => pointer.startsWith('/models/aliases'));
  if (problems.length === 0) return;
  const lines = problems.map(({ message }) => `  ASBRU_MODEL_ALIASES: ${message}`);
  throw new ConfigError(`Asbru cannot start with these settings:\n${lines.join('\n')}`);
}
