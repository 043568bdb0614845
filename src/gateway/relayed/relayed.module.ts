import { Module } from '@nestjs/common';
import { ProvidersModule } from '../providers/providers.module.js';
import { RoutingModule } from '../routing/routing.module.js';
import { AudioController } from './audio.controller.js';
import { BatchesController } from './batches.controller.js';
import { EmbeddingsController } from './embeddings.controller.js';
import { FilesController } from './files.controller.js';
import { ImagesController } from './images.controller.js';
import { ModerationsController } from './moderations.controller.js';
import { RelayedService } from './relayed.service.js';

/** Operations that are passed on to providers that have them: embeddings, images, audio, moderations, files, batches. */
@Module({
  imports: [ProvidersModule, RoutingModule],
  controllers: [
    EmbeddingsController,
    ImagesController,
    AudioController,
    ModerationsController,
    FilesController,
    BatchesController,
  ],
  providers: [RelayedService],
})
export class RelayedModule {}
