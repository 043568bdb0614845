import { Module } from '@nestjs/common';
import { RoutingModule } from '../../routing/routing.module.js';
import { MessageIds } from './message-ids.js';
import { MessagesController } from './messages.controller.js';
import { MessagesService } from './messages.service.js';

/** POST /v1/messages and /v1/messages/count_tokens. */
@Module({
  imports: [RoutingModule],
  controllers: [MessagesController],
  providers: [MessagesService, MessageIds],
})
export class AnthropicModule {}
