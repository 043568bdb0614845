import { isRecord } from '../../../common/json/is-record.js';
import type { ChatRequest } from '../../openai/chat.types.js';
import type { TextRequest } from '../../openai/completion.types.js';
import type { ChatRules, StreamRules, TextRules } from '../profiles/provider-profile.types.js';
import { writeProfiledMessages } from './profiled-messages.js';
import { RequestDraft, type RequestNotes } from '../request-draft.js';

/** A canonical chat request as the profile's upstream takes it. @throws GatewayError 400 when the caller is strict */
export function toProfiledChat(
  provider: string,
  rules: ChatRules,
  request: ChatRequest,
  notes: RequestNotes,
): Record<string, unknown> {
  const draft = new RequestDraft(provider, notes);
  const { body } = draft;
  body.model = request.model;
  draft.take(request, rules.parameters);
  body.messages = writeProfiledMessages(request.messages, rules, draft);
  writeTokenLimit(request, rules, draft);
  writeEffort(request, rules, draft);
  writeRenames(rules.renames, draft);
  writeStreamOptions(request, rules.streams, draft);
  return body;
}

/** The same for a text completion. */
export function toProfiledText(
  provider: string,
  rules: TextRules,
  request: TextRequest,
  notes: RequestNotes,
): Record<string, unknown> {
  const draft = new RequestDraft(provider, notes);
  draft.body.model = request.model;
  draft.take(request, rules.parameters);
  writeRenames(rules.renames, draft);
  writeStreamOptions(request, rules.streams, draft);
  return draft.body;
}

/** The newer of the two names wins: vendors refuse both together. */
function writeTokenLimit(request: ChatRequest, { tokenLimit, parameters }: ChatRules, draft: RequestDraft): void {
  let isWritten = false;
  for (const name of ['max_completion_tokens', 'max_tokens'] as const) {
    const value = request[name];
    if (value === null || value === undefined || parameters[name] !== 'adapt') continue;
    if (isWritten) draft.filter(name);
    else draft.body[tokenLimit === 'as_sent' ? name : tokenLimit] = value;
    isWritten = true;
  }
}

function writeEffort(request: ChatRequest, { effort, parameters }: ChatRules, draft: RequestDraft): void {
  const asked = request.reasoning_effort;
  if (typeof asked !== 'string' || parameters.reasoning_effort !== 'adapt') return;
  if (effort === 'pass') {
    draft.body.reasoning_effort = asked;
    return;
  }
  const fields = Object.hasOwn(effort, asked) ? effort[asked] : undefined;
  if (!fields) return draft.filter('reasoning_effort');
  if (Object.keys(fields).length !== 1 || fields.reasoning_effort !== asked) draft.transform('reasoning_effort');
  // What the caller says in the vendor's own words is the more precise.
  for (const name in fields) draft.body[name] ??= fields[name];
}

function writeRenames(renames: Readonly<Record<string, string>>, draft: RequestDraft): void {
  for (const [name, theirs] of Object.entries(renames)) {
    const value = draft.body[name];
    if (value === undefined) continue;
    delete draft.body[name];
    draft.body[theirs] ??= value;
  }
}

/** The gateway needs the usage of every stream, whoever asks for it. */
function writeStreamOptions(
  request: { stream?: boolean | null; stream_options?: unknown },
  { options }: StreamRules,
  draft: RequestDraft,
): void {
  const asked = isRecord(request.stream_options) ? request.stream_options : {};
  if (request.stream === true && options) {
    draft.body.stream_options = { ...asked, include_usage: true };
    return;
  }
  for (const name of Object.keys(asked)) if (name !== 'include_usage') draft.filter(`stream_options.${name}`);
}
