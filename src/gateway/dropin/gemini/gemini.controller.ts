import { Body, Controller, Param, Post, Req } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { ForCallers } from '../../../common/access/access.js';
import { CallContext } from '../../../common/context/call-context.js';
import { Call } from '../../../common/context/call.decorator.js';
import { isRecord } from '../../../common/json/is-record.js';
import { JSON_ARRAY, SERVER_SENT_EVENTS, Streamed } from '../../../common/sse/stream-form.js';
import type { GenerateContentResponse } from '../../gemini/generate-content.types.js';
import { Inference } from '../../openai/inference.decorator.js';
import { CountTokensResponseDto, GenerateContentResponseDto } from './dto/gemini-answers.dto.js';
import { CountTokensPipe, type GeminiBody, GenerateContentPipe } from './gemini-body.pipe.js';
import { GeminiMethodDocs } from './gemini-docs.decorator.js';
import { GeminiArrayFrames, GeminiSseFrames } from './gemini-frames.js';
import { GeminiService, type TokenCount } from './gemini.service.js';
import { modelOf } from './model-name.js';

/**
 * Gemini's generateContent. Its paths (`/v1beta/models/{model}:generateContent`) arrive with the method first, see
 * base-paths.ts; a model's name may have slashes.
 */
@ApiTags('Gemini')
@Controller('v1beta')
@ForCallers('inference')
export class GeminiController {
  constructor(private readonly gemini: GeminiService) {}

  @Post('generateContent/:model')
  @Inference('generate_content')
  @Streamed(() => undefined)
  @GeminiMethodDocs('Generate content', GenerateContentResponseDto)
  generate(
    @Param('model') model: string,
    @Body(GenerateContentPipe) body: GeminiBody,
    @Call() call: CallContext,
  ): Observable<GenerateContentResponse | string> {
    return this.gemini.generate({ model: modelOf(model), ...body }, call);
  }

  @Post('generateContent/*')
  @Inference('generate_content')
  @Streamed(() => undefined)
  @ApiExcludeEndpoint()
  generateBySlashes(
    @Param('*') model: string,
    @Body(GenerateContentPipe) body: GeminiBody,
    @Call() call: CallContext,
  ): Observable<GenerateContentResponse | string> {
    return this.generate(model, body, call);
  }

  @Post('streamGenerateContent/:model')
  @Inference('generate_content')
  @Streamed((request) => (wantsEvents(request) ? SERVER_SENT_EVENTS : JSON_ARRAY))
  @GeminiMethodDocs('Generate content as a stream', GenerateContentResponseDto, true)
  stream(
    @Param('model') model: string,
    @Body(GenerateContentPipe) body: GeminiBody,
    @Call() call: CallContext,
    @Req() request: FastifyRequest,
  ): Observable<string> {
    const writer = wantsEvents(request) ? new GeminiSseFrames() : new GeminiArrayFrames();
    return this.gemini.stream({ model: modelOf(model), ...body }, call, writer);
  }

  @Post('streamGenerateContent/*')
  @Inference('generate_content')
  @Streamed((request) => (wantsEvents(request) ? SERVER_SENT_EVENTS : JSON_ARRAY))
  @ApiExcludeEndpoint()
  streamBySlashes(
    @Param('*') model: string,
    @Body(GenerateContentPipe) body: GeminiBody,
    @Call() call: CallContext,
    @Req() request: FastifyRequest,
  ): Observable<string> {
    return this.stream(model, body, call, request);
  }

  @Post('countTokens/:model')
  @Inference('generate_content')
  @Streamed(() => undefined)
  @GeminiMethodDocs('Count the tokens of a prompt', CountTokensResponseDto)
  countTokens(
    @Param('model') model: string,
    @Body(CountTokensPipe) body: GeminiBody,
    @Call() call: CallContext,
  ): Observable<TokenCount | string> {
    return this.gemini.countTokens({ model: modelOf(model), ...body }, call);
  }

  @Post('countTokens/*')
  @Inference('generate_content')
  @Streamed(() => undefined)
  @ApiExcludeEndpoint()
  countTokensBySlashes(
    @Param('*') model: string,
    @Body(CountTokensPipe) body: GeminiBody,
    @Call() call: CallContext,
  ): Observable<TokenCount | string> {
    return this.countTokens(model, body, call);
  }
}

/** Google's `alt`, also under its reserved name `$alt`. */
function wantsEvents({ query }: FastifyRequest): boolean {
  return isRecord(query) && (query.alt === 'sse' || query.$alt === 'sse');
}
