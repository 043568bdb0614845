import { asNumber } from '../../../common/json/raw-json.js';
import type { ChatRequest } from '../../openai/chat.types.js';
import { RequestDraft, type RequestNotes } from '../request-draft.js';
import { isSendableUser } from '../user-id.js';
import { CEREBRAS_CHAT_PARAMETERS } from './cerebras-parameters.js';
import { writeMessages } from './messages.js';
import { type ModelTraits, traitsOf } from './model-traits.js';
import { writePrediction, writeReasoning } from './reasoning.js';
import { writeResponseFormat } from './response-format.js';
import { writeTools } from './tools.js';

const SERVICE_TIERS = new Set<unknown>(['auto', 'default', 'flex', 'priority']);

/**
 * A canonical chat request as Cerebras takes it. Whatever Cerebras would answer with a 400 that can be seen
 * from here is filtered, adapted or refused first (wire.md 1.3, 1.7, 1.9 to 1.12).
 * @throws GatewayError 400 that names the caller's own field
 */
export function toCerebrasChat(request: ChatRequest, notes: RequestNotes): Record<string, unknown> {
  const draft = new RequestDraft('cerebras', notes);
  const traits = traitsOf(request.model);
  const { body } = draft;
  body.model = request.model;
  draft.take(request, CEREBRAS_CHAT_PARAMETERS);
  body.messages = writeMessages(request.messages, request.model, traits, draft);
  writeTools(request, draft);
  writeResponseFormat(request, traits, draft);
  writeReasoning(request, traits, draft);
  writePrediction(request, draft);
  writeTokenLimit(request, traits, draft);
  writeCommon(request, draft);
  if (typeof request.service_tier === 'string') {
    if (SERVICE_TIERS.has(request.service_tier)) body.service_tier = request.service_tier;
    else draft.filter('service_tier');
  }
  return body;
}

/** What chat and text completions have in common. */
export function writeCommon(
  request: Pick<ChatRequest, 'stream' | 'stream_options' | 'stop' | 'user'>,
  draft: RequestDraft,
): void {
  const { body } = draft;
  const stop = writtenStop(request.stop);
  if (stop !== undefined) body.stop = stop;
  if (typeof request.user === 'string') {
    if (isSendableUser(request.user)) body.user = request.user;
    else draft.filter('user');
  }
  for (const name of Object.keys(request.stream_options ?? {})) {
    if (name !== 'include_usage') draft.filter(`stream_options.${name}`);
  }
  // The gateway needs the usage of every stream, whoever asks for it.
  if (request.stream === true) body.stream_options = { include_usage: true };
}

/** Cerebras refuses an empty `stop`; it stops nothing anyway. */
function writtenStop(stop: unknown): unknown {
  if (typeof stop === 'string') return stop === '' ? undefined : stop;
  if (!Array.isArray(stop)) return undefined;
  const words = stop.filter((word) => word !== '');
  return words.length === 0 ? undefined : words;
}

/** `max_completion_tokens` alone is sent: Cerebras takes one of the two names only. */
function writeTokenLimit(request: ChatRequest, traits: ModelTraits, draft: RequestDraft): void {
  const name = request.max_completion_tokens == null ? 'max_tokens' : 'max_completion_tokens';
  const asked = asNumber(request[name]);
  if (asked === undefined) return;
  if (name === 'max_completion_tokens' && request.max_tokens != null) draft.filter('max_tokens');
  const limit = traits.maxOutputTokens ?? Number.POSITIVE_INFINITY;
  if (asked > limit) draft.transform(name);
  draft.body.max_completion_tokens = Math.min(asked, limit);
}
