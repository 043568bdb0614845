import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Observable } from 'rxjs';
import { ForCallers } from '../../common/access/access.js';
import type { RelayedPart } from '../providers/relayed-operation.port.js';
import { CreateBatchDto } from './dto/create-batch.dto.js';
import { RelayedQuery, Target } from './relay-target.decorator.js';
import { RelayedDocs } from './relayed-docs.decorator.js';
import { ROUTES } from './relayed-route.js';
import { Relayed } from './relayed.decorator.js';
import { RelayedService, type RelayTarget } from './relayed.service.js';

const id = 'batch_id';
const byProvider = true;

@ApiTags('Files and batches')
@Controller('v1/batches')
@ForCallers('batches')
export class BatchesController {
  constructor(private readonly relayed: RelayedService) {}

  @Post()
  @Relayed(ROUTES.batchCreation)
  @RelayedDocs({
    summary: 'Create a batch',
    description:
      "The requests are in a file of the same provider, with that provider's own model ids. Not supported by Cerebras.",
    request: CreateBatchDto,
    examples: {
      'Chat completions': {
        input_file_id: 'file-abc123',
        endpoint: '/v1/chat/completions',
        completion_window: '24h',
      },
    },
    byProvider,
  })
  create(@Body() body: CreateBatchDto, @Target() target: RelayTarget): Observable<RelayedPart> {
    return this.relayed.thing(ROUTES.batchCreation, { body }, target);
  }

  @Get()
  @Relayed(ROUTES.batchListing)
  @RelayedDocs({ summary: 'List batches', description: 'Those of the account. Not supported by Cerebras.', byProvider })
  list(@RelayedQuery() query: string, @Target() target: RelayTarget): Observable<RelayedPart> {
    return this.relayed.thing(ROUTES.batchListing, { query }, target);
  }

  @Get(':batch_id')
  @Relayed(ROUTES.batchRetrieval)
  @RelayedDocs({
    summary: 'Retrieve a batch',
    description: 'How far it is. Not supported by Cerebras.',
    id,
    byProvider,
  })
  retrieve(@Param(id) batch: string, @Target() target: RelayTarget): Observable<RelayedPart> {
    return this.relayed.thing(ROUTES.batchRetrieval, { id: batch }, target);
  }

  @Post(':batch_id/cancel')
  @Relayed(ROUTES.batchCancellation)
  @RelayedDocs({
    summary: 'Cancel a batch',
    description: 'What is done stays. Not supported by Cerebras.',
    id,
    byProvider,
  })
  cancel(@Param(id) batch: string, @Target() target: RelayTarget): Observable<RelayedPart> {
    return this.relayed.thing(ROUTES.batchCancellation, { id: batch }, target);
  }
}
