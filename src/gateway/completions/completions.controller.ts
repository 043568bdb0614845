import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Observable } from 'rxjs';
import { ForCallers } from '../../common/access/access.js';
import { CallContext } from '../../common/context/call-context.js';
import { Call } from '../../common/context/call.decorator.js';
import type { TextCompletion } from '../openai/completion.types.js';
import { InferenceDocs } from '../openai/inference-docs.decorator.js';
import { Inference } from '../openai/inference.decorator.js';
import { CompletionsService } from './completions.service.js';
import { COMPLETION_EXAMPLES, COMPLETION_STREAM } from './dto/completion-examples.js';
import { TextCompletionDto } from './dto/completion.dto.js';
import { CreateCompletionDto } from './dto/create-completion.dto.js';

@ApiTags('Completions')
@Controller('v1/completions')
@ForCallers('inference')
export class CompletionsController {
  constructor(private readonly completions: CompletionsService) {}

  /** Continues a text (OpenAI's legacy form), whole or as a stream of server-sent events. */
  @Post()
  @Inference('completions')
  @InferenceDocs({
    request: CreateCompletionDto,
    answer: TextCompletionDto,
    stream: COMPLETION_STREAM,
    examples: COMPLETION_EXAMPLES,
  })
  create(@Body() body: CreateCompletionDto, @Call() call: CallContext): Observable<TextCompletion | string> {
    return this.completions.create(body, call);
  }
}
