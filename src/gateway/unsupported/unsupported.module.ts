import { Module } from '@nestjs/common';
import { ProvidersModule } from '../providers/providers.module.js';
import { UnsupportedController } from './unsupported.controller.js';

/** The routes of OpenAI's API that are refused with UnsupportedOperationError. */
@Module({ imports: [ProvidersModule], controllers: [UnsupportedController] })
export class UnsupportedModule {}
