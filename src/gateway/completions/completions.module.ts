import { Module } from '@nestjs/common';
import { RoutingModule } from '../routing/routing.module.js';
import { CompletionsController } from './completions.controller.js';
import { CompletionsService } from './completions.service.js';

/** POST /v1/completions. */
@Module({ imports: [RoutingModule], controllers: [CompletionsController], providers: [CompletionsService] })
export class CompletionsModule {}
