import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Observable } from 'rxjs';
import { ForCallers } from '../../common/access/access.js';
import type { RelayedPart } from '../providers/relayed-operation.port.js';
import { RelayedQuery, Target } from './relay-target.decorator.js';
import { RelayedDocs } from './relayed-docs.decorator.js';
import { ROUTES } from './relayed-route.js';
import { Relayed } from './relayed.decorator.js';
import { RelayedService, type RelayTarget } from './relayed.service.js';

const id = 'file_id';
const byProvider = true;

@ApiTags('Files and batches')
@Controller('v1/files')
@ForCallers('files')
export class FilesController {
  constructor(private readonly relayed: RelayedService) {}

  @Post()
  @Relayed(ROUTES.fileUpload, { takesUpload: true })
  @RelayedDocs({
    summary: 'Upload a file',
    description: 'The provider keeps it; it is passed on while it arrives. Not supported by Cerebras.',
    form: {
      purpose: { description: '`batch`, `fine-tune`, `vision`, `user_data` …', required: true },
      file: { description: 'The file.', isFile: true, required: true },
    },
    byProvider,
  })
  upload(@Body() body: unknown, @Target() target: RelayTarget): Observable<RelayedPart> {
    return this.relayed.form(ROUTES.fileUpload, body, target);
  }

  @Get()
  @Relayed(ROUTES.fileListing)
  @RelayedDocs({ summary: 'List files', description: 'Those of the account. Not supported by Cerebras.', byProvider })
  list(@RelayedQuery() query: string, @Target() target: RelayTarget): Observable<RelayedPart> {
    return this.relayed.thing(ROUTES.fileListing, { query }, target);
  }

  @Get(':file_id')
  @Relayed(ROUTES.fileRetrieval)
  @RelayedDocs({
    summary: 'Retrieve a file',
    description: 'What is known of it. Not supported by Cerebras.',
    id,
    byProvider,
  })
  retrieve(@Param(id) file: string, @Target() target: RelayTarget): Observable<RelayedPart> {
    return this.relayed.thing(ROUTES.fileRetrieval, { id: file }, target);
  }

  @Delete(':file_id')
  @Relayed(ROUTES.fileDeletion)
  @RelayedDocs({ summary: 'Delete a file', description: 'For good. Not supported by Cerebras.', id, byProvider })
  remove(@Param(id) file: string, @Target() target: RelayTarget): Observable<RelayedPart> {
    return this.relayed.thing(ROUTES.fileDeletion, { id: file }, target);
  }

  @Get(':file_id/content')
  @Relayed(ROUTES.fileContent)
  @RelayedDocs({
    summary: 'Retrieve the content of a file',
    description: 'Its bytes, as the provider has them. Not supported by Cerebras.',
    media: ['application/octet-stream'],
    id,
    byProvider,
  })
  content(@Param(id) file: string, @Target() target: RelayTarget): Observable<RelayedPart> {
    return this.relayed.thing(ROUTES.fileContent, { id: file }, target);
  }
}
