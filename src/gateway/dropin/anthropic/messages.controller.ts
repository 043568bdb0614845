import type { IncomingHttpHeaders } from 'node:http';
import { Body, Controller, Headers, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiBadRequestResponse, ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Observable } from 'rxjs';
import { ForCallers } from '../../../common/access/access.js';
import { CallContext } from '../../../common/context/call-context.js';
import { Call } from '../../../common/context/call.decorator.js';
import { InferenceDocs } from '../../openai/inference-docs.decorator.js';
import { Inference } from '../../openai/inference.decorator.js';
import { promptTokens } from './count/prompt-tokens.js';
import { AnthropicErrorDto } from './dto/anthropic-error.dto.js';
import { CountTokensDto, TokenCountDto } from './dto/count-tokens.dto.js';
import { CreateMessageDto } from './dto/create-message.dto.js';
import { COUNT_EXAMPLES, MESSAGE_EXAMPLES, MESSAGE_STREAM } from './dto/message-examples.js';
import { MessageDto } from './dto/message.dto.js';
import { MessagesService } from './messages.service.js';

@ApiTags('Anthropic Messages')
@Controller('v1/messages')
@ForCallers('inference')
export class MessagesController {
  constructor(private readonly messages: MessagesService) {}

  /** Creates a message, whole or as a stream of server-sent events. Also at /anthropic/v1/messages. */
  @Post()
  @Inference('messages')
  @InferenceDocs({
    request: CreateMessageDto,
    answer: MessageDto,
    stream: MESSAGE_STREAM,
    examples: MESSAGE_EXAMPLES,
    error: AnthropicErrorDto,
  })
  create(
    @Body() body: CreateMessageDto,
    @Call() call: CallContext,
    @Headers() headers: IncomingHttpHeaders,
  ): Observable<string> {
    return this.messages.create(body, call, headers);
  }

  @Post('count_tokens')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    summary: 'Count the tokens of a message',
    description: 'An estimate that is rather too high than too low, made here: no provider is asked.',
  })
  @ApiBody({ type: CountTokensDto, examples: COUNT_EXAMPLES })
  @ApiOkResponse({ type: TokenCountDto })
  @ApiBadRequestResponse({ type: AnthropicErrorDto })
  countTokens(@Body() body: CountTokensDto): TokenCountDto {
    return { input_tokens: promptTokens(body) };
  }
}
