import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Observable } from 'rxjs';
import { ForCallers } from '../../common/access/access.js';
import type { RelayedPart } from '../providers/relayed-operation.port.js';
import { CreateImageDto } from './dto/create-image.dto.js';
import { Target } from './relay-target.decorator.js';
import { type FormField, RelayedDocs } from './relayed-docs.decorator.js';
import { ROUTES } from './relayed-route.js';
import { Relayed } from './relayed.decorator.js';
import { RelayedService, type RelayTarget } from './relayed.service.js';

const MODEL: FormField = { description: 'The model, as `provider/model`. Send it before the image.' };
const COUNT: FormField = { description: 'How many images. Send it before the image: budgets are asked for so many.' };
const IMAGE: FormField = { description: 'The image.', isFile: true, required: true };

@ApiTags('Images')
@Controller('v1/images')
@ForCallers('images')
export class ImagesController {
  constructor(private readonly relayed: RelayedService) {}

  @Post('generations')
  @Relayed(ROUTES.imageGeneration)
  @RelayedDocs({
    summary: 'Generate images',
    description: 'Whole, or with `stream: true` as server-sent events. Not supported by Cerebras.',
    request: CreateImageDto,
    media: ['text/event-stream'],
    examples: { 'One image': { model: 'openai/gpt-image-1', prompt: 'A bridge of light', size: '1024x1024' } },
  })
  generate(@Body() body: CreateImageDto, @Target() target: RelayTarget): Observable<RelayedPart> {
    return this.relayed.json(ROUTES.imageGeneration, body, target);
  }

  @Post('edits')
  @Relayed(ROUTES.imageEditing, { takesUpload: true })
  @RelayedDocs({
    summary: 'Edit images',
    description: 'The form is passed on while it arrives. Not supported by Cerebras.',
    form: {
      model: MODEL,
      prompt: { description: 'What the result shows.', required: true },
      image: IMAGE,
      n: COUNT,
      mask: { description: 'Where the image may change: its transparent parts.', isFile: true },
    },
    media: ['text/event-stream'],
    byProvider: true,
  })
  edit(@Body() body: unknown, @Target() target: RelayTarget): Observable<RelayedPart> {
    return this.relayed.form(ROUTES.imageEditing, body, target);
  }

  @Post('variations')
  @Relayed(ROUTES.imageVariation, { takesUpload: true })
  @RelayedDocs({
    summary: 'Vary an image',
    description: 'The form is passed on while it arrives. Not supported by Cerebras.',
    form: { model: MODEL, image: IMAGE, n: COUNT },
    byProvider: true,
  })
  vary(@Body() body: unknown, @Target() target: RelayTarget): Observable<RelayedPart> {
    return this.relayed.form(ROUTES.imageVariation, body, target);
  }
}
