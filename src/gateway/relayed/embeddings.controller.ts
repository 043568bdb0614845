import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Observable } from 'rxjs';
import { ForCallers } from '../../common/access/access.js';
import type { RelayedPart } from '../providers/relayed-operation.port.js';
import { CreateEmbeddingDto } from './dto/create-embedding.dto.js';
import { EmbeddingListDto } from './dto/embedding.dto.js';
import { Target } from './relay-target.decorator.js';
import { RelayedDocs } from './relayed-docs.decorator.js';
import { ROUTES } from './relayed-route.js';
import { Relayed } from './relayed.decorator.js';
import { RelayedService, type RelayTarget } from './relayed.service.js';

@ApiTags('Embeddings')
@Controller('v1/embeddings')
@ForCallers('embeddings')
export class EmbeddingsController {
  constructor(private readonly relayed: RelayedService) {}

  @Post()
  @Relayed(ROUTES.embeddings)
  @RelayedDocs({
    summary: 'Create embeddings',
    description: 'Vectors of texts, from the provider of the model. Not supported by Cerebras.',
    request: CreateEmbeddingDto,
    answer: EmbeddingListDto,
    examples: {
      'One text': { model: 'openai/text-embedding-3-small', input: 'The quick brown fox.' },
      'Several, short vectors': {
        model: 'openai/text-embedding-3-small',
        input: ['one', 'two'],
        dimensions: 256,
        encoding_format: 'float',
      },
    },
  })
  create(@Body() body: CreateEmbeddingDto, @Target() target: RelayTarget): Observable<RelayedPart> {
    return this.relayed.json(ROUTES.embeddings, body, target);
  }
}
