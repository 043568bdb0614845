import { GatewayError } from '../../../common/errors/gateway-error.js';
import type { TextRequest } from '../../openai/completion.types.js';
import { RequestDraft, type RequestNotes } from '../request-draft.js';
import { CEREBRAS_TEXT_PARAMETERS } from './cerebras-parameters.js';
import { writeCommon } from './chat-request.js';

/** A text completion request as Cerebras takes it (wire.md 1.5). */
export function toCerebrasText(request: TextRequest, notes: RequestNotes): Record<string, unknown> {
  const draft = new RequestDraft('cerebras', notes);
  refuseSuffix(request.suffix);
  draft.body.model = request.model;
  draft.take(request, CEREBRAS_TEXT_PARAMETERS);
  writeCommon(request, draft);
  return draft.body;
}

/** Cerebras cannot fill in the middle, and leaving the end out would change the answer's meaning. @throws GatewayError 400 */
function refuseSuffix(suffix: unknown): void {
  if (typeof suffix !== 'string' || suffix === '') return;
  throw new GatewayError(
    'unsupported_parameter',
    "Unsupported parameter: 'suffix' is not supported by the cerebras provider.",
    { param: 'suffix' },
  );
}
