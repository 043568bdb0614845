import { Module } from '@nestjs/common';
import { ModelsModule } from '../../models/models.module.js';
import { RoutingModule } from '../../routing/routing.module.js';
import { GeminiModelsController } from './gemini-models.controller.js';
import { GeminiModels } from './gemini-models.js';
import { GeminiController } from './gemini.controller.js';
import { GeminiService } from './gemini.service.js';

/** Gemini's dialect: /v1beta/models, also under /genai. */
@Module({
  imports: [RoutingModule, ModelsModule],
  controllers: [GeminiController, GeminiModelsController],
  providers: [GeminiService, GeminiModels],
})
export class GeminiModule {}
