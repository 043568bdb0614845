import type { TextRequest } from '../../openai/completion.types.js';
import { RequestDraft, type RequestNotes } from '../request-draft.js';
import { CEREBRAS_TEXT_PARAMETERS } from './cerebras-parameters.js';
import { writeCommon } from './chat-request.js';

/** A text completion request as Cerebras takes it (wire.md 1.5). */
export function toCerebrasText(request: TextRequest, notes: RequestNotes): Record<string, unknown> {
  const draft = new RequestDraft('cerebras', notes);
  draft.body.model = request.model;
  draft.take(request, CEREBRAS_TEXT_PARAMETERS);
  writeCommon(request, draft);
  return draft.body;
}
