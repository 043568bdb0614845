import { applyDecorators, type Type } from '@nestjs/common';
import {
  ApiBody,
  ApiExtraModels,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
  getSchemaPath,
} from '@nestjs/swagger';
import { GeminiErrorDto } from './dto/gemini-answers.dto.js';
import { GenerateContentDto } from './dto/generate-content.dto.js';
import { GEMINI_EXAMPLES, GEMINI_STREAM } from './dto/gemini-examples.js';

const ERRORS: Readonly<Record<number, string>> = {
  400: 'The request is wrong: a `google.rpc.BadRequest` among `error.details` names the field.',
  404: 'The model does not exist.',
  429: 'Too many requests: `google.rpc.RetryInfo` and `retry-after` say when to come back.',
  502: 'The provider failed.',
};

/** Describes a method of a model for OpenAPI. */
export function GeminiMethodDocs(summary: string, answer: Type<unknown>, isStreamed = false): MethodDecorator {
  const json = { 'application/json': { schema: { $ref: getSchemaPath(answer) } } };
  const stream = { 'text/event-stream': { schema: { type: 'string' as const }, example: GEMINI_STREAM } };
  return applyDecorators(
    ApiExtraModels(answer),
    ApiOperation({ summary }),
    ApiParam({ name: 'model', example: 'cerebras/gpt-oss-120b' }),
    ApiBody({
      type: GenerateContentDto,
      examples: Object.fromEntries(
        Object.entries(GEMINI_EXAMPLES).map(([name, value]) => [name, { summary: name, value }]),
      ),
    }),
    ApiHeader({
      name: 'x-asbru-strict',
      required: false,
      description: '`true`: answer 400 instead of filtering fields that the provider does not take.',
      schema: { type: 'string', enum: ['true'] },
    }),
    ...(isStreamed ? [ApiQuery({ name: 'alt', required: false, enum: ['sse', 'json'], example: 'sse' })] : []),
    ApiResponse({
      status: 200,
      description: isStreamed ? 'With `alt=sse` server-sent events, else one JSON array.' : 'The whole answer.',
      content: isStreamed ? stream : json,
    }),
    ...Object.entries(ERRORS).map(([status, description]) =>
      ApiResponse({ status: Number(status), description, type: GeminiErrorDto }),
    ),
  );
}
