import type { CallContext } from '../../../common/context/call-context.js';
import type { TextRequest } from '../../openai/completion.types.js';
import { RequestDraft } from '../request-draft.js';
import { CEREBRAS_TEXT_PARAMETERS } from './cerebras-parameters.js';
import { writeCommon } from './chat-request.js';

/** A text completion request as Cerebras takes it (wire.md 1.5). */
export function toCerebrasText(request: TextRequest, call: CallContext): Record<string, unknown> {
  const draft = new RequestDraft('cerebras', call);
  draft.body.model = request.model;
  draft.take(request, CEREBRAS_TEXT_PARAMETERS);
  writeCommon(request, draft);
  return draft.body;
}
