import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Observable } from 'rxjs';
import { ForCallers } from '../../common/access/access.js';
import type { RelayedPart } from '../providers/relayed-operation.port.js';
import { CreateSpeechDto } from './dto/create-speech.dto.js';
import { Target } from './relay-target.decorator.js';
import { type FormField, RelayedDocs } from './relayed-docs.decorator.js';
import { ROUTES } from './relayed-route.js';
import { Relayed } from './relayed.decorator.js';
import { RelayedService, type RelayTarget } from './relayed.service.js';

const FORM: Readonly<Record<string, FormField>> = {
  model: { description: 'The model, as `provider/model`. Send it before the file.', required: true },
  file: { description: 'The audio.', isFile: true, required: true },
  response_format: { description: '`json`, `text`, `srt`, `verbose_json` or `vtt`, as the model has them.' },
  prompt: { description: 'A text that shows the style and the words to expect.' },
};

@ApiTags('Audio')
@Controller('v1/audio')
@ForCallers('audio')
export class AudioController {
  constructor(private readonly relayed: RelayedService) {}

  @Post('speech')
  @Relayed(ROUTES.speech)
  @RelayedDocs({
    summary: 'Create speech',
    description: 'The audio comes while it is made. Not supported by Cerebras.',
    request: CreateSpeechDto,
    media: ['audio/mpeg', 'application/octet-stream', 'text/event-stream'],
    examples: { 'One sentence': { model: 'openai/gpt-4o-mini-tts', input: 'The bridge is open.', voice: 'alloy' } },
  })
  speak(@Body() body: CreateSpeechDto, @Target() target: RelayTarget): Observable<RelayedPart> {
    return this.relayed.json(ROUTES.speech, body, target);
  }

  @Post('transcriptions')
  @Relayed(ROUTES.transcription, { takesUpload: true })
  @RelayedDocs({
    summary: 'Transcribe audio',
    description: 'The form is passed on while it arrives. Not supported by Cerebras.',
    form: {
      ...FORM,
      language: { description: 'Of the audio, as in ISO 639-1.' },
      stream: { description: '`true`: the text comes as server-sent events, where the model can.' },
    },
    media: ['text/plain', 'text/event-stream'],
    byProvider: true,
  })
  transcribe(@Body() body: unknown, @Target() target: RelayTarget): Observable<RelayedPart> {
    return this.relayed.form(ROUTES.transcription, body, target);
  }

  @Post('translations')
  @Relayed(ROUTES.translation, { takesUpload: true })
  @RelayedDocs({
    summary: 'Translate audio into English',
    description: 'The form is passed on while it arrives. Not supported by Cerebras.',
    form: FORM,
    media: ['text/plain'],
    byProvider: true,
  })
  translate(@Body() body: unknown, @Target() target: RelayTarget): Observable<RelayedPart> {
    return this.relayed.form(ROUTES.translation, body, target);
  }
}
