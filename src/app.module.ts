import { Module } from '@nestjs/common';
import { AppConfigModule } from './config/config.module.js';
import { SettingsModule } from './config/file/settings.module.js';
import { ControlModule } from './control/control.module.js';
import { ChatModule } from './gateway/chat/chat.module.js';
import { CompletionsModule } from './gateway/completions/completions.module.js';
import { DropinModule } from './gateway/dropin/dropin.module.js';
import { ModelsModule } from './gateway/models/models.module.js';
import { ProvidersModule } from './gateway/providers/providers.module.js';
import { RelayedModule } from './gateway/relayed/relayed.module.js';
import { ResponsesModule } from './gateway/responses/responses.module.js';
import { UnsupportedModule } from './gateway/unsupported/unsupported.module.js';
import { HealthModule } from './health/health.module.js';
import { PersistenceModule } from './persistence/persistence.module.js';
import { TelemetryModule } from './telemetry/telemetry.module.js';

@Module({
  imports: [
    AppConfigModule,
    SettingsModule,
    TelemetryModule,
    PersistenceModule,
    ControlModule,
    HealthModule,
    ProvidersModule,
    ModelsModule,
    ChatModule,
    CompletionsModule,
    ResponsesModule,
    RelayedModule,
    DropinModule,
    UnsupportedModule,
  ],
})
export class AppModule {}
