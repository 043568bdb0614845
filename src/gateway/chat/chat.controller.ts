import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Observable } from 'rxjs';
import { ForCallers } from '../../common/access/access.js';
import { CallContext } from '../../common/context/call-context.js';
import { Call } from '../../common/context/call.decorator.js';
import type { ChatCompletion } from '../openai/chat.types.js';
import { InferenceDocs } from '../openai/inference-docs.decorator.js';
import { Inference } from '../openai/inference.decorator.js';
import { ChatService } from './chat.service.js';
import { ChatCompletionDto } from './dto/chat-completion.dto.js';
import { CHAT_EXAMPLES, CHAT_STREAM } from './dto/chat-examples.js';
import { CreateChatCompletionDto } from './dto/create-chat-completion.dto.js';

@ApiTags('Chat')
@Controller('v1/chat')
@ForCallers('inference')
export class ChatController {
  constructor(private readonly chat: ChatService) {}

  /** Creates a chat completion, whole or as a stream of server-sent events. */
  @Post('completions')
  @Inference('chat')
  @InferenceDocs({
    request: CreateChatCompletionDto,
    answer: ChatCompletionDto,
    stream: CHAT_STREAM,
    examples: CHAT_EXAMPLES,
  })
  create(@Body() body: CreateChatCompletionDto, @Call() call: CallContext): Observable<ChatCompletion | string> {
    return this.chat.create(body, call);
  }
}
