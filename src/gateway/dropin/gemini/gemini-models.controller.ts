import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOkResponse, ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import { CurrentHolder } from '../../../control/keys/current-holder.port.js';
import type { KeyHolder } from '../../../control/keys/key-directory.port.js';
import { ForCallers } from '../../../common/access/access.js';
import { GeminiModelDto, GeminiModelListDto } from './dto/gemini-answers.dto.js';
import { GeminiModels } from './gemini-models.js';
import { modelOf } from './model-name.js';

/** Gemini's Models API. */
@ApiTags('Gemini')
@Controller('v1beta/models')
@ForCallers('models')
export class GeminiModelsController {
  constructor(private readonly models: GeminiModels) {}

  @Get()
  @ApiOperation({ summary: 'List models in the Gemini dialect' })
  @ApiQuery({ name: 'pageSize', required: false, type: Number, description: '1 to 1000; 50 by default.' })
  @ApiQuery({ name: 'pageToken', required: false, type: String })
  @ApiOkResponse({ type: GeminiModelListDto })
  list(
    @CurrentHolder() holder: KeyHolder | undefined,
    @Query('pageSize') pageSize?: string,
    @Query('pageToken') pageToken?: string,
  ): GeminiModelListDto {
    return this.models.page(pageSize, pageToken, holder);
  }

  @Get(':model')
  @ApiOperation({ summary: 'Retrieve a model in the Gemini dialect' })
  @ApiParam({ name: 'model', type: String, example: 'cerebras/gpt-oss-120b' })
  @ApiOkResponse({ type: GeminiModelDto })
  retrieve(@Param('model') model: string, @CurrentHolder() holder?: KeyHolder): GeminiModelDto {
    return this.models.one(modelOf(model), holder);
  }

  /** The same for a name whose slashes are not encoded. */
  @Get('*')
  @ApiExcludeEndpoint()
  retrieveBySlashes(@Param('*') model: string, @CurrentHolder() holder?: KeyHolder): GeminiModelDto {
    return this.retrieve(model, holder);
  }
}
