import { isRecord } from '../../../common/json/is-record.js';
import { textOr } from '../../../common/json/text.js';
import type { UpstreamModel } from '../provider.port.js';
import { numberOr } from './completion-normaliser.js';

/** What vendors call the window of a model: OpenRouter and Together, Groq, Mistral, vLLM and SGLang. */
const WINDOWS = ['context_length', 'context_window', 'max_context_length', 'max_model_len'];

/** The models of OpenAI's list, or of a mere array (Together). Entries without an id are left out. */
export function readModels(body: unknown): UpstreamModel[] {
  const list: unknown = isRecord(body) ? body.data : body;
  if (!Array.isArray(list)) return [];
  return list.filter(isRecord).flatMap((model) => {
    if (typeof model.id !== 'string' || model.id === '') return [];
    const window = WINDOWS.map((name) => model[name]).find((value) => Number.isInteger(value) && Number(value) > 0);
    return [
      {
        id: model.id,
        created: numberOr(model.created, 0),
        owned_by: textOr(model.owned_by, textOr(model.organization, '')),
        ...(window !== undefined && { context_length: Number(window) }),
      },
    ];
  });
}
