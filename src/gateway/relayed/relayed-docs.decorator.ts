import { applyDecorators, type Type } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiBody,
  ApiConsumes,
  ApiExtraModels,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
  type ApiResponseSchemaHost,
  getSchemaPath,
} from '@nestjs/swagger';
import { ErrorDto } from '../../common/errors/error.dto.js';
import { PROVIDER_HEADER, PROVIDER_QUERY } from './provider-choice.js';

export interface RelayedDocs {
  readonly summary: string;
  readonly description: string;
  /** DTO of a JSON request, and requests to try, by the name that the page shows. */
  readonly request?: Type<unknown>;
  readonly examples?: Readonly<Record<string, object>>;
  /** Fields of a form, by name: what they are. `file` fields hold bytes. */
  readonly form?: Readonly<Record<string, FormField>>;
  /** DTO of the answer; without one it is the provider's own JSON. */
  readonly answer?: Type<unknown>;
  /** Other media types of the answer. */
  readonly media?: readonly string[];
  /** Name of the path's parameter. */
  readonly id?: string;
  /** Whether the provider is named by header or query, because no model names it. */
  readonly byProvider?: boolean;
}

export interface FormField {
  readonly description: string;
  readonly isFile?: boolean;
  readonly required?: boolean;
}

const ERRORS: Readonly<Record<number, string>> = {
  404: 'The model, or the thing that the path names, does not exist.',
  413: 'The body is larger than this gateway accepts.',
  415: 'The body is of another media type.',
  429: 'The provider has had too many requests: `retry-after` says when to come back.',
  502: 'The provider failed.',
  504: 'The provider did not answer in time.',
};

/** Describes a relayed operation for OpenAPI. */
export function RelayedDocs(docs: RelayedDocs): MethodDecorator {
  return applyDecorators(
    ApiOperation({ summary: docs.summary, description: docs.description }),
    ApiExtraModels(ErrorDto, ...(docs.answer ? [docs.answer] : [])),
    ...requestDocs(docs),
    ...(docs.id === undefined ? [] : [ApiParam({ name: docs.id, type: String })]),
    ...(docs.byProvider ? providerDocs() : []),
    ApiOkResponse({ description: "The provider's answer, as it came.", content: answerContent(docs) }),
    ApiBadRequestResponse({
      description:
        'The request is wrong, or no provider has the operation: `error.type` is then `UnsupportedOperationError`.',
      type: ErrorDto,
    }),
    ...Object.entries(ERRORS).map(([status, description]) =>
      ApiResponse({ status: Number(status), description, type: ErrorDto }),
    ),
  );
}

function requestDocs({ request, examples = {}, form }: RelayedDocs): MethodDecorator[] {
  const shown = Object.fromEntries(Object.entries(examples).map(([summary, value]) => [summary, { summary, value }]));
  if (request) return [ApiBody({ type: request, examples: shown })];
  if (!form) return [];
  const properties = Object.fromEntries(
    Object.entries(form).map(([name, { description, isFile }]) => [
      name,
      { type: 'string', description, ...(isFile && { format: 'binary' }) },
    ]),
  );
  const required = Object.keys(form).filter((name) => form[name]?.required);
  return [ApiConsumes('multipart/form-data'), ApiBody({ schema: { type: 'object', properties, required } })];
}

function providerDocs(): MethodDecorator[] {
  const description = 'Name of the configured provider; needed when several have the operation.';
  const schema = { type: 'string' } as const;
  return [
    ApiHeader({ name: PROVIDER_HEADER, required: false, description, schema }),
    ApiQuery({ name: PROVIDER_QUERY, required: false, description, schema }),
  ];
}

function answerContent({ answer, media = [] }: RelayedDocs): NonNullable<ApiResponseSchemaHost['content']> {
  const json = answer ? { $ref: getSchemaPath(answer) } : { type: 'object' as const, additionalProperties: true };
  const others = media.map((type) => [type, { schema: { type: 'string' as const, format: 'binary' } }] as const);
  return { 'application/json': { schema: json }, ...Object.fromEntries(others) };
}
