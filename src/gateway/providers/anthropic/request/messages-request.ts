import { GatewayError } from '../../../../common/errors/gateway-error.js';
import { isRecord } from '../../../../common/json/is-record.js';
import { asNumber } from '../../../../common/json/raw-json.js';
import type { ChatRequest } from '../../../openai/chat.types.js';
import { RequestDraft, type RequestNotes } from '../../request-draft.js';
import { ANTHROPIC_CHAT_PARAMETERS } from '../anthropic-parameters.js';
import { type ClaudeTraits, traitsOf } from '../claude-traits.js';
import { writeConversation } from './conversation.js';
import { writeOutputFormat } from './output-format.js';
import { writeSampling } from './sampling.js';
import { writeThinking } from './thinking.js';
import { writeTools } from './tools.js';

/** `max_tokens` of a model of which nothing is known: every Claude has at least so many. */
const DEFAULT_MAX_TOKENS = 4_096;
/** Longest `metadata.user_id` that Anthropic takes, in characters. */
const MAX_USER_LENGTH = 256;
const SERVICE_TIERS: Readonly<Record<string, string>> = { auto: 'auto', default: 'standard_only' };

/**
 * A canonical chat request as Anthropic's Messages API takes it. What the API has no form for is filtered, adapted or
 * refused first, and the caller hears of it.
 * @throws GatewayError 400 that names the caller's own field
 */
export function toMessagesRequest(
  request: ChatRequest,
  provider: string,
  notes: RequestNotes,
): Record<string, unknown> {
  const draft = new RequestDraft(provider, notes);
  const traits = traitsOf(request.model);
  const { body } = draft;
  body.model = request.model;
  writeTokenLimit(request, traits, draft);
  draft.take(request, ANTHROPIC_CHAT_PARAMETERS);
  writeConversation(request, draft);
  writeTools(request, traits, draft);
  writeThinking(request, traits, draft);
  writeOutputFormat(request, traits, draft);
  writeSampling(request, traits, draft);
  writeStop(request.stop, draft);
  writeCommon(request, draft);
  return body;
}

/** The API needs a limit; without the caller's own it is what the model can. */
function writeTokenLimit(request: ChatRequest, { maxOutputTokens }: ClaudeTraits, draft: RequestDraft): void {
  const name = request.max_completion_tokens == null ? 'max_tokens' : 'max_completion_tokens';
  const asked = asNumber(request[name]);
  if (name === 'max_completion_tokens' && request.max_tokens != null) draft.filter('max_tokens');
  if (asked === undefined) draft.transform('max_tokens');
  else if (asked > (maxOutputTokens ?? Infinity)) draft.transform(name);
  draft.body.max_tokens = Math.min(asked ?? Infinity, maxOutputTokens ?? asked ?? DEFAULT_MAX_TOKENS);
}

/** Anthropic refuses sequences of white space alone; an empty one stops nothing anyway. */
function writeStop(stop: ChatRequest['stop'], draft: RequestDraft): void {
  const asked = (typeof stop === 'string' ? [stop] : (stop ?? [])).filter((word) => word !== '');
  const words = asked.filter((word) => word.trim() !== '');
  if (words.length < asked.length) draft.filter('stop');
  if (words.length > 0) draft.body.stop_sequences = words;
}

function writeCommon(request: ChatRequest, draft: RequestDraft): void {
  const { body } = draft;
  const { n, user, stream, stream_options: options, service_tier: tier } = request;
  if ((asNumber(n) ?? 1) > 1) {
    throw new GatewayError('unsupported_value', "Unsupported value: 'n' can only be 1 with Anthropic's models.", {
      param: 'n',
    });
  }
  for (const name of isRecord(options) ? Object.keys(options) : []) {
    // A stream of Anthropic's always says its usage.
    if (name !== 'include_usage') draft.filter(`stream_options.${name}`);
  }
  if (typeof user === 'string') writeUser(user, draft);
  if (typeof tier === 'string') writeServiceTier(tier, draft);
  if (stream === true) body.stream = true;
}

function writeUser(user: string, draft: RequestDraft): void {
  if (user.length > MAX_USER_LENGTH) draft.filter('user');
  else if (user !== '') draft.body.metadata = { user_id: user };
}

function writeServiceTier(tier: string, draft: RequestDraft): void {
  const known = Object.hasOwn(SERVICE_TIERS, tier) ? SERVICE_TIERS[tier] : undefined;
  if (known === undefined) draft.filter('service_tier');
  else draft.body.service_tier = known;
}
