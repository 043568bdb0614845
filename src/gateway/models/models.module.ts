import { Module } from '@nestjs/common';
import { ProvidersModule } from '../providers/providers.module.js';
import { AppConfig } from '../../config/app.config.js';
import { ANTHROPIC_CATALOGUE } from './catalogue/anthropic.catalogue.js';
import { CEREBRAS_CATALOGUE } from './catalogue/cerebras.catalogue.js';
import { GEMINI_CATALOGUE } from './catalogue/gemini.catalogue.js';
import { ModelCatalogue } from './catalogue/model-catalogue.js';
import { KnownModels } from './known-models.port.js';
import { PERPLEXITY_CATALOGUE } from './catalogue/perplexity.catalogue.js';
import { ModelDirectory } from './model-directory.service.js';
import { ModelDirectoryOptions } from './model-directory.options.js';
import { ModelsController } from './models.controller.js';

/** GET /v1/models and the KnownModels port. */
@Module({
  imports: [ProvidersModule],
  controllers: [ModelsController],
  providers: [
    {
      provide: ModelCatalogue,
      useValue: new ModelCatalogue({
        cerebras: CEREBRAS_CATALOGUE,
        anthropic: ANTHROPIC_CATALOGUE,
        gemini: GEMINI_CATALOGUE,
        perplexity: PERPLEXITY_CATALOGUE,
      }),
    },
    {
      provide: ModelDirectoryOptions,
      useFactory: (config: AppConfig) => new ModelDirectoryOptions({ refreshMs: config.ASBRU_MODELS_REFRESH_MS }),
      inject: [AppConfig],
    },
    ModelDirectory,
    { provide: KnownModels, useExisting: ModelDirectory },
  ],
  exports: [KnownModels],
})
export class ModelsModule {}
