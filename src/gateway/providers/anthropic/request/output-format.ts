import type { ChatRequest } from '../../../openai/chat.types.js';
import type { RequestDraft } from '../../request-draft.js';
import type { ClaudeTraits } from '../claude-traits.js';
import { toClaudeSchema } from './claude-schema.js';
import { setOutput } from './output-config.js';

/**
 * `response_format`: a schema becomes `output_config.format`. Anthropic has no mode for JSON without a schema, and older
 * models none at all: then the format is filtered, and the caller hears of it rather than trust in it.
 */
export function writeOutputFormat({ response_format: format }: ChatRequest, traits: ClaudeTraits, draft: RequestDraft) {
  if (!format || format.type === 'text') return;
  const wanted = format.type === 'json_schema' ? format.json_schema.schema : undefined;
  const { schema, changed } = traits.structured ? toClaudeSchema(wanted) : { schema: undefined, changed: false };
  if (schema === undefined) return draft.filter('response_format');
  if (changed) draft.transform('response_format.json_schema.schema');
  setOutput(draft, { format: { type: 'json_schema', schema } });
}
