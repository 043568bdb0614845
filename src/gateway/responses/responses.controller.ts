import type { IncomingHttpHeaders } from 'node:http';
import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Post, Query, UseInterceptors } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiQuery,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { Observable } from 'rxjs';
import { ForCallers } from '../../common/access/access.js';
import { CallContext } from '../../common/context/call-context.js';
import { Call } from '../../common/context/call.decorator.js';
import { SseInterceptor } from '../../common/sse/sse.interceptor.js';
import { InferenceDocs } from '../openai/inference-docs.decorator.js';
import { Inference } from '../openai/inference.decorator.js';
import { CreateResponseDto } from './dto/create-response.dto.js';
import { RESPONSE_EXAMPLES, RESPONSE_STREAM } from './dto/response-examples.js';
import { ResponseDto } from './dto/response.dto.js';
import { CountInputTokensDto, DeletedResponseDto, InputTokensDto, ItemListDto } from './dto/stored-response.dto.js';
import type { RawQuery } from '../../common/http/query.js';
import { readItemPageQuery, readRetrieveQuery } from './dto/stored-response.query.js';
import { hostedToolPolicy } from './hosted-tools.js';
import type { ResponseObject } from './response-object.types.js';
import { ResponsesService } from './responses.service.js';
import { StoredResponsesService } from './stored-responses.service.js';

@ApiTags('Responses')
@ApiServiceUnavailableResponse({ description: 'The database is away (`storage_unavailable`).' })
@Controller('v1/responses')
@ForCallers('inference')
export class ResponsesController {
  constructor(
    private readonly responses: ResponsesService,
    private readonly stored: StoredResponsesService,
  ) {}

  /** Creates a response, whole, as a stream of server-sent events, or in the background. */
  @Post()
  @Inference('responses')
  @InferenceDocs({
    request: CreateResponseDto,
    answer: ResponseDto,
    stream: RESPONSE_STREAM,
    examples: RESPONSE_EXAMPLES,
  })
  create(
    @Body() body: CreateResponseDto,
    @Call() call: CallContext,
    @Headers() headers: IncomingHttpHeaders,
  ): Observable<ResponseObject | string> {
    return this.responses.create(body, call, hostedToolPolicy(headers));
  }

  /** Estimates the tokens of a response's input, without asking a provider. */
  @Post('input_tokens')
  @HttpCode(200)
  @UseInterceptors(SseInterceptor)
  countInputTokens(
    @Body() body: CountInputTokensDto,
    @Call() call: CallContext,
    @Headers() headers: IncomingHttpHeaders,
  ): Promise<InputTokensDto> {
    return this.responses.countInputTokens(body, call, hostedToolPolicy(headers));
  }

  @Get(':id')
  @UseInterceptors(SseInterceptor)
  @ApiOperation({
    summary: 'Retrieves a stored response, or with stream=true its events, those still to come included.',
  })
  @ApiQuery({
    name: 'stream',
    required: false,
    enum: ['true', 'false'],
    description: 'Events instead of the response.',
  })
  @ApiQuery({
    name: 'starting_after',
    required: false,
    type: Number,
    description: 'Number of the last event that is known.',
  })
  @ApiQuery({ name: 'include', required: false, type: [String], description: '`reasoning.encrypted_content`.' })
  @ApiOkResponse({ type: ResponseDto })
  @ApiNotFoundResponse({ description: 'No response has this id.' })
  retrieve(
    @Param('id') id: string,
    @Query() query: RawQuery,
    @Call() call: CallContext,
  ): Observable<string> | Promise<ResponseObject> {
    return this.stored.retrieve(id, readRetrieveQuery(query), call);
  }

  /** Deletes a stored response. One that runs in the background is stopped. */
  @Delete(':id')
  @ApiOkResponse({ type: DeletedResponseDto })
  @ApiNotFoundResponse({ description: 'No response has this id.' })
  remove(@Param('id') id: string, @Call() call: CallContext): Promise<DeletedResponseDto> {
    return this.stored.remove(id, call);
  }

  /** Cancels a background response. One that has ended is given as it ended. */
  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOkResponse({ type: ResponseDto })
  @ApiBadRequestResponse({ description: 'The response was not created with `background: true`.' })
  @ApiNotFoundResponse({ description: 'No response has this id.' })
  cancel(@Param('id') id: string, @Call() call: CallContext): Promise<ResponseObject> {
    return this.stored.cancel(id, call);
  }

  /** Lists the items that a stored response was made from, those of earlier turns included. */
  @Get(':id/input_items')
  @UseInterceptors(SseInterceptor)
  @ApiQuery({ name: 'limit', required: false, type: Number, description: '1 to 100. Default 20.' })
  @ApiQuery({ name: 'order', required: false, enum: ['asc', 'desc'], description: 'By time. Default `desc`.' })
  @ApiQuery({ name: 'after', required: false, type: String, description: 'Id of the last item of the page before.' })
  @ApiQuery({ name: 'include', required: false, type: [String], description: '`reasoning.encrypted_content`.' })
  @ApiOkResponse({ type: ItemListDto })
  @ApiNotFoundResponse({ description: 'No response has this id.' })
  inputItems(@Param('id') id: string, @Query() query: RawQuery, @Call() call: CallContext): Promise<ItemListDto> {
    return this.stored.inputItems(id, readItemPageQuery(query), call);
  }
}
