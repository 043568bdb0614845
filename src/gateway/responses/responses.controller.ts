import type { IncomingHttpHeaders } from 'node:http';
import { Body, Controller, Delete, Get, Headers, Param, Post } from '@nestjs/common';
import { ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import type { Observable } from 'rxjs';
import { CallContext } from '../../common/context/call-context.js';
import { Call } from '../../common/context/call.decorator.js';
import { GatewayError } from '../../common/errors/gateway-error.js';
import { InferenceDocs } from '../openai/inference-docs.decorator.js';
import { Inference } from '../openai/inference.decorator.js';
import { CreateResponseDto } from './dto/create-response.dto.js';
import { RESPONSE_EXAMPLES, RESPONSE_STREAM } from './dto/response-examples.js';
import { ResponseDto } from './dto/response.dto.js';
import { hostedToolPolicy } from './hosted-tools.js';
import type { ResponseObject } from './response-object.types.js';
import { ResponsesService } from './responses.service.js';

@ApiTags('Responses')
@Controller('v1/responses')
export class ResponsesController {
  constructor(private readonly responses: ResponsesService) {}

  /** Creates a response, whole or as a stream of server-sent events. Nothing is stored. */
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

  /** Retrieves a stored response. None is stored, so every id is unknown. */
  @Get(':id')
  @ApiNotFoundResponse({ description: 'No response has this id.' })
  retrieve(@Param('id') id: string): never {
    throw notStored(id);
  }

  /** Deletes a stored response. None is stored, so every id is unknown. */
  @Delete(':id')
  @ApiNotFoundResponse({ description: 'No response has this id.' })
  remove(@Param('id') id: string): never {
    throw notStored(id);
  }

  /** Cancels a background response. None is stored, so every id is unknown. */
  @Post(':id/cancel')
  @ApiNotFoundResponse({ description: 'No response has this id.' })
  cancel(@Param('id') id: string): never {
    throw notStored(id);
  }

  /** Lists the input of a stored response. None is stored, so every id is unknown. */
  @Get(':id/input_items')
  @ApiNotFoundResponse({ description: 'No response has this id.' })
  inputItems(@Param('id') id: string): never {
    throw notStored(id);
  }
}

/** OpenAI's own words and nulls for an id that it does not have (wire.md 2.9). */
function notStored(id: string): GatewayError {
  return new GatewayError('not_found', `Response with id '${id}' not found.`, { wireCode: null });
}
