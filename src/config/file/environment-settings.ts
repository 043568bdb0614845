import type { AppConfig } from '../app.config.js';
import type { GatewaySettings } from './gateway-settings.types.js';
import { buildSettings } from './settings-builder.js';

/** The snapshot of a gateway without a file: Cerebras with one key, or the sandbox in its place. */
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
  return buildSettings({ version: 1, providers: { cerebras } }, { source: 'environment', sandbox: config.usesSandbox });
}
