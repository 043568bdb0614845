import { isRecord } from '../../../common/json/is-record.js';
import type { ChatRequest, ResponseFormat } from '../../openai/chat.types.js';
import type { RequestDraft } from '../request-draft.js';
import type { ModelTraits } from './model-traits.js';
import { toStrictSchema } from './strict-schema.js';

/**
 * `response_format` as Cerebras takes it. Most models refuse it beside tools (wire.md 1.11): while the model may
 * still call, the tools stay and the format goes; once it answers a tool's result, or must not call, the format
 * stays and the tools go. Either is named to the caller.
 */
export function writeResponseFormat(request: ChatRequest, traits: ModelTraits, draft: RequestDraft): void {
  const { body } = draft;
  const format = request.response_format;
  if (!format) return;
  if (body.tools !== undefined && format.type !== 'text' && !traits.toolsWithFormat) {
    const answersTool = request.messages.at(-1)?.role === 'tool' && body.tool_choice !== 'required';
    if (body.tool_choice !== 'none' && (!answersTool || isRecord(body.tool_choice))) {
      return draft.filter('response_format');
    }
    draft.filter('tools');
    delete body.tools;
    delete body.tool_choice;
    delete body.parallel_tool_calls;
  }
  body.response_format = writtenFormat(format, draft);
}

function writtenFormat(format: ResponseFormat, draft: RequestDraft): ResponseFormat {
  if (format.type !== 'json_schema' || format.json_schema.strict !== true) return format;
  const { schema, changed } = toStrictSchema(format.json_schema.schema);
  if (schema === undefined) {
    draft.transform('response_format.json_schema.strict');
    return { ...format, json_schema: { ...format.json_schema, strict: false } };
  }
  if (!changed) return format;
  draft.transform('response_format.json_schema.schema');
  return { ...format, json_schema: { ...format.json_schema, schema } };
}
