import { Module } from '@nestjs/common';
import { RoutingModule } from '../routing/routing.module.js';
import { NativeResponses } from './native-responses.service.js';
import { RecentItems } from './recent-items.js';
import { ResponseIds } from './response-ids.js';
import { ResponsesController } from './responses.controller.js';
import { ResponsesService } from './responses.service.js';

/** POST /v1/responses. */
@Module({
  imports: [RoutingModule],
  controllers: [ResponsesController],
  providers: [ResponsesService, NativeResponses, ResponseIds, RecentItems],
})
export class ResponsesModule {}
