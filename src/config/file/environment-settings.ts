import type { AppConfig } from '../app.config.js';
import { ConfigError } from '../config-error.js';
import { PROVIDER_KEYS } from '../provider-keys.js';
import type { GatewaySettings } from './gateway-settings.types.js';
import type { RawProvider } from './raw-settings.types.js';
import { referenceProblems } from './reference-check.js';
import { buildSettings } from './settings-builder.js';

/**
 * Names of other vendors' models that the sandbox answers for while the vendor itself is not configured, so that the first
 * call of any SDK's sample works. Not all names: a typing error of a Cerebras model is still found.
 */
const SANDBOX_NAMES = {
  anthropic: ['claude-*', 'anthropic/*'],
  gemini: ['gemini-*', 'google/*', 'gemini/*'],
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
} as const;
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
    providers['cerebras'] = {
      type: 'cerebras',
      base_url: config.CEREBRAS_BASE_URL,
      allow_private_addresses: config.ASBRU_ALLOW_PRIVATE_ADDRESSES === 'on',
      keys: [{ name: 'default', value: config.CEREBRAS_API_KEY ?? '' }],
      ...common,
    };
  }
  for (const { type, setting } of PROVIDER_KEYS) {
    const value = config[setting];
    if (value) providers[type] = { type, keys: [{ name: 'default', value }], ...common };
  }
  const raw = { version: 1, providers, models: { aliases: aliasesOf(config) } } as const;
  assertAliases(raw);
  return buildSettings(raw, { source: 'environment', sandboxed: config.usesSandbox ? ['cerebras'] : [] });
}

function aliasesOf(config: AppConfig): Record<string, string> {
  if (config.ASBRU_MODEL_ALIASES !== undefined || !config.usesSandbox) return config.modelAliases;
  const configured = new Set<string>(PROVIDER_KEYS.filter(({ setting }) => config[setting]).map(({ type }) => type));
  const names = Object.entries(SANDBOX_NAMES).flatMap(([vendor, list]) => (configured.has(vendor) ? [] : list));
  return Object.fromEntries(names.map((name) => [name, SANDBOX_MODEL]));
}

function assertAliases(raw: unknown): void {
  const problems = referenceProblems(raw, new Set()).filter(({ pointer }) => pointer.startsWith('/models/aliases'));
  if (problems.length === 0) return;
  const lines = problems.map(({ message }) => `  ASBRU_MODEL_ALIASES: ${message}`);
  throw new ConfigError(`Asbru cannot start with these settings:\n${lines.join('\n')}`);
}
