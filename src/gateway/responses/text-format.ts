import { invalid } from '../../common/validation/invalid.js';
import { missing, wrongValue } from '../../common/validation/violations.js';
import type { ResponseFormat } from '../openai/chat.types.js';
import type { EchoedFormat, ResponseObject } from './response-object.types.js';
import type { ResponsesRequest, TextFormat } from './responses.types.js';
import { readName, readObject } from './wire-reader.js';

/** `text.format` as chat's `response_format`; plain text needs none. */
export function responseFormat(request: ResponsesRequest): ResponseFormat | undefined {
  const format = request.text?.format;
  if (format === undefined || format === null) return undefined;
  readObject(format, 'text.format');
  switch (format.type) {
    case 'text':
      return undefined;
    case 'json_object':
      return { type: 'json_object' };
    case 'json_schema':
      return jsonSchema(format);
    default:
      throw invalid(wrongValue('text.format.type', format.type, ['text', 'json_object', 'json_schema']));
  }
}

/** Whether the answer's text has to be JSON. */
export function wantsJson(request: ResponsesRequest): boolean {
  const type = request.text?.format?.type;
  return type === 'json_object' || type === 'json_schema';
}

/** `text` as the answer repeats it. */
export function echoText(request: ResponsesRequest): ResponseObject['text'] {
  const format = echoFormat(request.text?.format);
  const verbosity = request.text?.verbosity;
  return verbosity === undefined || verbosity === null ? { format } : { format, verbosity };
}

function jsonSchema(format: TextFormat): ResponseFormat {
  const schema: Extract<ResponseFormat, { type: 'json_schema' }>['json_schema'] = {
    name: readName({ ...format }, 'name', 'text.format'),
    schema: format.schema,
  };
  if (format.schema === undefined || format.schema === null) throw invalid(missing('text.format.schema'));
  readObject(format.schema, 'text.format.schema');
  if (format.strict !== undefined && format.strict !== null) schema.strict = format.strict;
  if (format.description !== undefined && format.description !== null) schema.description = format.description;
  return { type: 'json_schema', json_schema: schema };
}

function echoFormat(format: TextFormat | null | undefined): EchoedFormat {
  switch (format?.type) {
    case 'json_object':
      return { type: 'json_object' };
    case 'json_schema':
      return {
        type: 'json_schema',
        name: format.name ?? '',
        description: format.description ?? null,
        schema: format.schema ?? null,
        strict: format.strict ?? false,
      };
    default:
      return { type: 'text' };
  }
}
