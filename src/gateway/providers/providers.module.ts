import { Module } from '@nestjs/common';
import { SystemClock } from '../../common/time/clock.port.js';
import { WorkerGroup } from '../../common/workers/worker-group.port.js';
import { AppConfig } from '../../config/app.config.js';
import { GatewaySettingsStore } from '../../config/file/settings.port.js';
import { BuiltInSandbox } from './built-in-sandbox.js';
import { ProviderFleet } from './provider-fleet.js';
import { ProviderRegistry } from './provider-registry.js';

/** The configured upstreams, kept in step with the settings. */
@Module({
  providers: [
    {
      provide: BuiltInSandbox,
      useFactory: (config: AppConfig, settings: GatewaySettingsStore) =>
        BuiltInSandbox.startWhenNeeded(config, settings),
      inject: [AppConfig, GatewaySettingsStore],
    },
    {
      provide: ProviderFleet,
      useFactory: (sandbox: BuiltInSandbox, group: WorkerGroup) => new ProviderFleet(sandbox, new SystemClock(), group),
      inject: [BuiltInSandbox, WorkerGroup],
    },
    {
      provide: ProviderRegistry,
      useFactory: (fleet: ProviderFleet, settings: GatewaySettingsStore) => {
        const registry = new ProviderRegistry(fleet.build(settings.current));
        settings.changes.subscribe((snapshot) => registry.replace(fleet.build(snapshot)));
        return registry;
      },
      inject: [ProviderFleet, GatewaySettingsStore],
    },
  ],
  exports: [ProviderRegistry],
})
export class ProvidersModule {}
