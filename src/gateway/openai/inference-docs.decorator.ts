import { applyDecorators, type Type } from '@nestjs/common';
import {
  ApiBody,
  ApiExtraModels,
  ApiHeader,
  ApiResponse,
  getSchemaPath,
  type ApiBodyOptions,
  type ApiResponseSchemaHost,
} from '@nestjs/swagger';
import { ErrorDto } from '../../common/errors/error.dto.js';

export interface InferenceDocs {
  /** DTO of the request. */
  request: Type<unknown>;
  /** DTO of the whole answer. */
  answer: Type<unknown>;
  /** The beginning of a stream, as it stands on the wire. */
  stream: string;
  /** Requests to try, by the name that the page shows. */
  examples: Readonly<Record<string, object>>;
  /** DTO of an error; default: OpenAI's. */
  error?: Type<unknown>;
}

const ERRORS: Readonly<Record<number, string>> = {
  400: 'The request is wrong: `error.param` names the field.',
  404: 'The model does not exist.',
  413: 'The request body is too large.',
  429: 'The provider has had too many requests: `retry-after` says when to come back.',
  502: 'The provider failed.',
  504: 'The provider did not answer in time.',
};

const HEADERS: ApiResponseSchemaHost['headers'] = {
  'x-request-id': { description: 'Id of the request, also in the log.', schema: { type: 'string' } },
  'x-asbru-provider': { description: 'The provider that answered.', schema: { type: 'string' } },
  'x-asbru-model': { description: "The provider's id of the model that answered.", schema: { type: 'string' } },
  'x-asbru-attempts': { description: 'How many upstream requests were made.', schema: { type: 'string' } },
  'x-asbru-config': { description: 'Version of the configuration.', schema: { type: 'string' } },
  'x-asbru-filtered-params': {
    description: 'Parameters of the request that were not sent to the provider.',
    schema: { type: 'string' },
  },
  'x-asbru-transformed-params': {
    description: 'Parameters that were adapted to the model.',
    schema: { type: 'string' },
  },
  'x-asbru-sandbox': { description: '`true` when the built-in sandbox answered.', schema: { type: 'string' } },
};

/** Describes an inference route for OpenAPI: both forms of its answer, its errors, and requests that run from the page. */
export function InferenceDocs({ request, answer, stream, examples, error = ErrorDto }: InferenceDocs): MethodDecorator {
  const body: ApiBodyOptions = {
    type: request,
    examples: Object.fromEntries(Object.entries(examples).map(([summary, value]) => [summary, { summary, value }])),
  };
  return applyDecorators(
    ApiExtraModels(answer, error),
    ApiBody(body),
    ApiHeader({
      name: 'x-asbru-strict',
      required: false,
      description: '`true`: answer 400 instead of filtering parameters that the provider does not take.',
      schema: { type: 'string', enum: ['true'] },
    }),
    ApiResponse({
      status: 200,
      description: 'The whole answer, or with `stream: true` server-sent events.',
      headers: HEADERS,
      content: {
        'application/json': { schema: { $ref: getSchemaPath(answer) } },
        'text/event-stream': { schema: { type: 'string', description: 'Server-sent events.' }, example: stream },
      },
    }),
    ...Object.entries(ERRORS).map(([status, description]) =>
      ApiResponse({ status: Number(status), description, type: error }),
    ),
  );
}
