import { Controller, Get, Headers, Param, Res } from '@nestjs/common';
import {
  ApiExcludeEndpoint,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentHolder } from '../../control/keys/current-holder.port.js';
import type { KeyHolder } from '../../control/keys/key-directory.port.js';
import { ForCallers } from '../../common/access/access.js';
import { ModelDto } from './dto/model.dto.js';
import { ModelListDto } from './dto/model-list.dto.js';
import { isClaudeCode } from './claude-names.js';
import { ModelDirectory } from './model-directory.service.js';
import { presentModel, presentModels } from './model-presenter.js';

/** OpenAI's and Anthropic's Models API. */
@ApiTags('Models')
@Controller('v1/models')
@ForCallers('models')
export class ModelsController {
  constructor(private readonly directory: ModelDirectory) {}

  private readonly operationsOf = (provider: string) => this.directory.operationsOf(provider);

  @Get()
  @ApiOperation({
    summary: 'List models',
    description: 'The models of all providers, with capabilities, context length and prices, always on one page.',
  })
  @ApiQuery({ name: 'limit', required: false, type: Number, description: 'Accepted for Anthropic clients, not used.' })
  @ApiOkResponse({
    type: ModelListDto,
    headers: {
      'x-asbru-models': {
        description: 'Where the list comes from.',
        schema: { type: 'string', enum: ['live', 'stale', 'catalogue'] },
      },
    },
  })
  async list(
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentHolder() holder: KeyHolder | undefined,
    @Headers('user-agent') userAgent?: string,
  ): Promise<ModelListDto> {
    const { models, source } = await this.directory.list(isClaudeCode(userAgent), holder);
    void reply.header('x-asbru-models', source);
    return presentModels(models, this.operationsOf);
  }

  @Get(':model')
  @ApiOperation({
    summary: 'Retrieve a model',
    description: 'Takes a route (`cerebras/gpt-oss-120b`, the slash plain or as `%2F`) or a bare id (`gpt-oss-120b`).',
  })
  @ApiParam({ name: 'model', type: String, example: 'cerebras/gpt-oss-120b' })
  @ApiOkResponse({ type: ModelDto })
  @ApiNotFoundResponse({ description: 'No provider has the model (`model_not_found`).' })
  async retrieve(@Param('model') model: string, @CurrentHolder() holder?: KeyHolder): Promise<ModelDto> {
    return presentModel(await this.directory.find(model, holder), this.operationsOf);
  }

  /** The same for an id whose slashes are not encoded: OpenAPI cannot say it, and clients do it. */
  @Get('*')
  @ApiExcludeEndpoint()
  retrieveBySlashes(@Param('*') model: string, @CurrentHolder() holder?: KeyHolder): Promise<ModelDto> {
    return this.retrieve(model, holder);
  }
}
