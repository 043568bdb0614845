import { type AppConfig, ConfigError } from '../app.config.js';
import type { GatewaySettings } from './gateway-settings.types.js';
import { referenceProblems } from './reference-check.js';
import { buildSettings } from './settings-builder.js';

/**
 * Names of other vendors' models that the sandbox answers for, so that the first call of any SDK's sample works. Not all
 * names: a typing error of a Cerebras model is still found.
 */
const SANDBOX_NAMES = [
  'claude-*',
  'gemini-*',
  'gpt-3*',
  'gpt-4*',
  'gpt-5*',
  'chatgpt-*',
  'o1*',
  'o3*',
  'o4*',
  'anthropic/*',
  'google/*',
  'openai/gpt-3*',
  'openai/gpt-4*',
  'openai/gpt-5*',
];
const SANDBOX_MODEL = 'cerebras/gpt-oss-120b';

/**
 * The snapshot of a gateway without a file: Cerebras with one key, or the sandbox in its place.
 * @throws ConfigError for an alias that leads nowhere
 */
export function environmentSettings(config: AppConfig): GatewaySettings {
  const cerebras = {
    type: 'cerebras',
    base_url: config.CEREBRAS_BASE_URL,
    allow_private_addresses: config.ASBRU_ALLOW_PRIVATE_ADDRESSES === 'on',
    keys: [{ name: 'default', value: config.CEREBRAS_API_KEY ?? '' }],
    timeouts: {
      connect_ms: config.ASBRU_CONNECT_TIMEOUT_MS,
      first_byte_ms: config.ASBRU_FIRST_BYTE_TIMEOUT_MS,
      idle_ms: config.ASBRU_IDLE_TIMEOUT_MS,
      total_ms: config.ASBRU_TOTAL_TIMEOUT_MS,
    },
    retries: { max: config.ASBRU_MAX_RETRIES },
  } as const;
  const raw = { version: 1, providers: { cerebras }, models: { aliases: aliasesOf(config) } } as const;
  assertAliases(raw);
  return buildSettings(raw, { source: 'environment', sandbox: config.usesSandbox });
}

function aliasesOf(config: AppConfig): Record<string, string> {
  if (config.ASBRU_MODEL_ALIASES !== undefined || !config.usesSandbox) return config.modelAliases;
  return Object.fromEntries(SANDBOX_NAMES.map((name) => [name, SANDBOX_MODEL]));
}

function assertAliases(raw: unknown): void {
  const problems = referenceProblems(raw, new Set()).filter(({ pointer }) => pointer.startsWith('/models/aliases'));
  if (problems.length === 0) return;
  const lines = problems.map(({ message }) => `  ASBRU_MODEL_ALIASES: ${message}`);
  throw new ConfigError(`Asbru cannot start with these settings:\n${lines.join('\n')}`);
}
