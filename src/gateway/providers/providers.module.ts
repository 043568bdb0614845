import { Module } from '@nestjs/common';
import { AppConfig } from '../../config/app.config.js';
import { BuiltInSandbox } from './built-in-sandbox.js';
import { CerebrasConnection } from './cerebras/cerebras-connection.js';
import { CerebrasProvider } from './cerebras/cerebras.provider.js';
import { ProviderRegistry } from './provider-registry.js';

/** The configured upstreams. */
@Module({
  providers: [
    {
      provide: BuiltInSandbox,
      useFactory: (config: AppConfig) => BuiltInSandbox.startWhenNeeded(config),
      inject: [AppConfig],
    },
    {
      provide: CerebrasConnection,
      useFactory: (config: AppConfig, sandbox: BuiltInSandbox) => CerebrasConnection.open(config, sandbox.account),
      inject: [AppConfig, BuiltInSandbox],
    },
    {
      provide: ProviderRegistry,
      useFactory: ({ key, clocks }: CerebrasConnection) =>
        new ProviderRegistry([new CerebrasProvider({ name: 'cerebras', keys: [key], clocksOf: () => clocks })]),
      inject: [CerebrasConnection],
    },
  ],
  exports: [ProviderRegistry],
})
export class ProvidersModule {}
