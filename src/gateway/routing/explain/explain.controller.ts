import { Controller, Get, Query } from '@nestjs/common';
import { ApiNotFoundResponse, ApiQuery, ApiTags } from '@nestjs/swagger';
import { ForCallers } from '../../../common/access/access.js';
import { ErrorDto } from '../../../common/errors/error.dto.js';
import { CurrentHolder } from '../../../control/keys/current-holder.port.js';
import type { KeyHolder } from '../../../control/keys/key-directory.port.js';
import { ExplainService } from './explain.service.js';
import { ExplanationDto } from './explanation.dto.js';

@ApiTags('Routing')
@Controller('v1/routing')
@ForCallers('routing')
export class ExplainController {
  constructor(private readonly explanations: ExplainService) {}

  /** Explains where a request for a model, alias or route would go now, and why. It changes nothing. */
  @Get('explain')
  @ApiQuery({ name: 'model', description: 'As in a request.', example: 'cerebras/gpt-oss-120b' })
  @ApiQuery({ name: 'session', required: false, description: 'As in `x-asbru-session`.' })
  @ApiNotFoundResponse({ description: 'The model does not exist.', type: ErrorDto })
  explain(
    @CurrentHolder() holder: KeyHolder | undefined,
    @Query('model') model?: string,
    @Query('session') session?: string,
  ): ExplanationDto {
    return this.explanations.explain(model, session, holder);
  }
}
