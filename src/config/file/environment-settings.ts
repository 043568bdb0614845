import type { AppConfig } from '../app.config.js';
import { PROVIDER_KEYS } from '../provider-keys.js';
import type { GatewaySettings } from './gateway-settings.types.js';
import type { RawProvider } from './raw-settings.types.js';
import { buildSettings } from './settings-builder.js';

/**
 * The snapshot of a gateway without a file: Cerebras with one key, or the sandbox in its place; and each other provider
 * whose usual key is set.
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
    providers['cerebras'] = { type: 'cerebras', base_url: config.CEREBRAS_BASE_URL, keys, ...common };
  }
  for (const { type, setting } of PROVIDER_KEYS) {
    const value = config[setting];
    if (value) providers[type] = { type, keys: [{ name: 'default', value }], ...common };
  }
  const sandboxed = config.usesSandbox ? ['cerebras'] : [];
  return buildSettings({ version: 1, providers }, { source: 'environment', sandboxed });
}
