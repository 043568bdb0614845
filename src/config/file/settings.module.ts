import { Global, Logger, Module } from '@nestjs/common';
import { AppConfig } from '../app.config.js';
import { environmentSettings } from './environment-settings.js';
import { FileSettingsStore } from './file-settings.store.js';
import { FixedSettingsStore } from './fixed-settings.store.js';
import { GatewaySettingsStore } from './settings.port.js';

/** Settings that the file takes over: what they say is not used beside it. */
const REPLACED_BY_FILE = [
  'ASBRU_CONNECT_TIMEOUT_MS',
  'ASBRU_FIRST_BYTE_TIMEOUT_MS',
  'ASBRU_ALLOW_PRIVATE_ADDRESSES',
  'ASBRU_MODEL_ALIASES',
  'ASBRU_IDLE_TIMEOUT_MS',
  'ASBRU_TOTAL_TIMEOUT_MS',
  'ASBRU_MAX_RETRIES',
];

/** What to route to, for everybody: from the configuration file, or without one from the environment. */
@Global()
@Module({
  providers: [
    {
      provide: GatewaySettingsStore,
      useFactory: (config: AppConfig) => openSettings(config),
      inject: [AppConfig],
    },
  ],
  exports: [GatewaySettingsStore],
})
export class SettingsModule {}

async function openSettings(config: AppConfig): Promise<GatewaySettingsStore> {
  if (config.ASBRU_CONFIG === undefined) return new FixedSettingsStore(environmentSettings(config));
  const ignored = REPLACED_BY_FILE.filter((name) => process.env[name]);
  if (ignored.length > 0) {
    new Logger('Settings').warn(`${config.ASBRU_CONFIG} takes the place of ${ignored.join(', ')}: remove them`);
  }
  return FileSettingsStore.open(config.ASBRU_CONFIG);
}
