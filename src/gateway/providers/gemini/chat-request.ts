import { isRecord } from '../../../common/json/is-record.js';
import { asNumber } from '../../../common/json/raw-json.js';
import type { GenerateContentRequest, GenerationConfig } from '../../gemini/generate-content.types.js';
import type { ChatRequest } from '../../openai/chat.types.js';
import { RequestDraft, type RequestNotes } from '../request-draft.js';
import { writeContents } from './contents.js';
import { GEMINI_CHAT_PARAMETERS } from './gemini-parameters.js';
import { type ModelTraits, traitsOf } from './model-traits.js';
import { thinkingConfig } from './thinking.js';
import { hasLooseKeyword, writeTools } from './tools.js';

/** Parameters that have another name here. */
const RENAMED = {
  temperature: 'temperature',
  top_p: 'topP',
  top_k: 'topK',
  n: 'candidateCount',
  seed: 'seed',
  presence_penalty: 'presencePenalty',
  frequency_penalty: 'frequencyPenalty',
} as const;
const TIERS: Readonly<Record<string, string>> = { default: 'standard', flex: 'flex', priority: 'priority' };
/** Gemini's own settings in OpenAI's dialect, as its OpenAI-compatible API names them. */
const GOOGLE_FIELDS: Readonly<Record<string, string>> = {
  cached_content: 'cachedContent',
  safety_settings: 'safetySettings',
};

/** A canonical chat request as generateContent takes it. @throws GatewayError 400 that names the caller's own field */
export function toGenerateContent(request: ChatRequest, notes: RequestNotes): GenerateContentRequest {
  const draft = new RequestDraft('gemini', notes);
  const traits = traitsOf(request.model);
  draft.take(request, GEMINI_CHAT_PARAMETERS);
  const body: GenerateContentRequest = { ...writeContents(request.messages, traits, draft) };
  writeTools(request, body, draft);
  const config = generationConfig(request, traits, body.tools !== undefined, draft);
  if (Object.keys(config).length > 0) body.generationConfig = config;
  writeTier(request, body, draft);
  writeGoogleFields(request.extra_body, body, draft);
  return body;
}

function generationConfig(
  request: ChatRequest,
  traits: ModelTraits,
  hasTools: boolean,
  draft: RequestDraft,
): GenerationConfig {
  const config: GenerationConfig = {};
  for (const [name, geminiName] of Object.entries(RENAMED)) {
    const value = request[name];
    if (value !== undefined && value !== null) config[geminiName] = value;
  }
  writeTokenLimit(request, config, draft);
  writeLogprobs(request, config);
  const stops = typeof request.stop === 'string' ? [request.stop] : (request.stop ?? []);
  const words = stops.filter((word) => word !== '');
  if (words.length > 0) config.stopSequences = words;
  writeFormat(request, traits, hasTools, config, draft);
  const thinking = thinkingConfig(request, traits, draft);
  if (thinking) config.thinkingConfig = thinking;
  return config;
}

function writeTokenLimit(request: ChatRequest, config: GenerationConfig, draft: RequestDraft): void {
  const limit = request.max_completion_tokens ?? request.max_tokens;
  if (limit === undefined || limit === null) return;
  if (request.max_completion_tokens != null && request.max_tokens != null) draft.filter('max_tokens');
  config.maxOutputTokens = limit;
}

function writeLogprobs(request: ChatRequest, config: GenerationConfig): void {
  if (request.logprobs !== true) return;
  config.responseLogprobs = true;
  if ((asNumber(request.top_logprobs) ?? 0) > 0) config.logprobs = request.top_logprobs;
}

/** Older models take no form beside functions: while the model may call, the functions stay. */
function writeFormat(
  { response_format: format }: ChatRequest,
  traits: ModelTraits,
  hasTools: boolean,
  config: GenerationConfig,
  draft: RequestDraft,
): void {
  if (!format || format.type === 'text') return;
  if (hasTools && !traits.toolsWithFormat) return draft.filter('response_format');
  config.responseMimeType = 'application/json';
  if (format.type !== 'json_schema') return;
  const { schema } = format.json_schema;
  if (schema === undefined || schema === null) return;
  if (hasLooseKeyword(schema)) draft.transform('response_format.json_schema.schema');
  config.responseJsonSchema = schema;
}

function writeTier({ service_tier: tier }: ChatRequest, body: GenerateContentRequest, draft: RequestDraft): void {
  // `auto` is what is done anyway.
  if (typeof tier !== 'string' || tier === 'auto') return;
  if (Object.hasOwn(TIERS, tier)) body.serviceTier = TIERS[tier];
  else draft.filter('service_tier');
}

function writeGoogleFields(extra: unknown, body: GenerateContentRequest, draft: RequestDraft): void {
  if (!isRecord(extra)) return;
  const { google, ...others } = extra;
  for (const name of Object.keys(others)) draft.filter(`extra_body.${name}`);
  for (const [name, value] of Object.entries(isRecord(google) ? google : {})) {
    if (name === 'thinking_config' && isRecord(value)) {
      body.generationConfig = { ...body.generationConfig, thinkingConfig: value };
    } else if (Object.hasOwn(GOOGLE_FIELDS, name)) body[GOOGLE_FIELDS[name] ?? name] = value;
    else draft.filter(`extra_body.google.${name}`);
  }
}
