import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Observable } from 'rxjs';
import { ForCallers } from '../../common/access/access.js';
import type { RelayedPart } from '../providers/relayed-operation.port.js';
import { CreateModerationDto } from './dto/create-moderation.dto.js';
import { Target } from './relay-target.decorator.js';
import { RelayedDocs } from './relayed-docs.decorator.js';
import { ROUTES } from './relayed-route.js';
import { Relayed } from './relayed.decorator.js';
import { RelayedService, type RelayTarget } from './relayed.service.js';

@ApiTags('Moderations')
@Controller('v1/moderations')
@ForCallers('moderations')
export class ModerationsController {
  constructor(private readonly relayed: RelayedService) {}

  @Post()
  @Relayed(ROUTES.moderation)
  @RelayedDocs({
    summary: 'Create a moderation',
    description: 'Judges texts and images. Not supported by Cerebras.',
    request: CreateModerationDto,
    examples: { 'One text': { model: 'openai/omni-moderation-latest', input: 'A friendly greeting.' } },
    byProvider: true,
  })
  create(@Body() body: CreateModerationDto, @Target() target: RelayTarget): Observable<RelayedPart> {
    return this.relayed.json(ROUTES.moderation, body, target);
  }
}
