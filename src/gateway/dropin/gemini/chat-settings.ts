import { asNumber } from '../../../common/json/raw-json.js';
import { isRecord } from '../../../common/json/is-record.js';
import type { GenerationConfig } from '../../gemini/generate-content.types.js';
import type { ChatRequest } from '../../openai/chat.types.js';
import type { AnswerShape, ConversionNotes } from './conversion.types.js';
import { writeFormat } from './response-format.js';
import { invalid, unsupported } from './wire-errors.js';

/** Settings that mean the same in chat, and chat's name of them. */
const RENAMED = {
  temperature: 'temperature',
  topP: 'top_p',
  maxOutputTokens: 'max_completion_tokens',
  candidateCount: 'n',
  seed: 'seed',
  presencePenalty: 'presence_penalty',
  frequencyPenalty: 'frequency_penalty',
  responseLogprobs: 'logprobs',
  logprobs: 'top_logprobs',
} as const satisfies Record<string, string>;
const ELSEWHERE = new Set([
  ...Object.keys(RENAMED),
  'stopSequences',
  'responseMimeType',
  'responseSchema',
  'responseJsonSchema',
  'responseModalities',
  'thinkingConfig',
]);
/** Most that chat takes, and that Gemini does. */
const CHAT_STOPS = 4;
const MAX_STOPS = 5;

/** `generationConfig` as chat's parameters. @throws GatewayError 400 for what chat cannot be asked for */
export function writeSettings(config: GenerationConfig, chat: ChatRequest, notes: ConversionNotes): AnswerShape {
  for (const name of Object.keys(config)) {
    if (!ELSEWHERE.has(name) && config[name] !== null) notes.unsent.push(`generationConfig.${name}`);
  }
  // As a map: numbers may be kept as their source text.
  const parameters: Record<string, unknown> = chat;
  for (const [name, chatName] of Object.entries(RENAMED)) {
    const value = config[name];
    if (value !== undefined && value !== null) parameters[chatName] = value;
  }
  // Chat takes the number of alternatives only beside the wish for any.
  if (chat.top_logprobs !== undefined && chat.logprobs !== true) delete chat.top_logprobs;
  refuseModalities(config.responseModalities);
  return {
    includeThoughts: writeThinking(config.thinkingConfig, chat, notes),
    unwrap: writeFormat(config, chat),
    moreStops: writeStops(config.stopSequences, chat),
  };
}

function refuseModalities(modalities: unknown): void {
  if (!Array.isArray(modalities)) return;
  const other = modalities.findIndex((modality) => String(modality).toUpperCase() !== 'TEXT');
  if (other !== -1) throw unsupported(`generationConfig.responseModalities[${other}]`, 'an answer that is not text');
}

function writeStops(stops: readonly string[] | undefined, chat: ChatRequest): string[] {
  if (stops === undefined || stops === null) return [];
  if (stops.length > MAX_STOPS) {
    const message = `Invalid value at 'generationConfig.stopSequences': at most ${MAX_STOPS} are allowed.`;
    throw invalid('generationConfig.stopSequences', message);
  }
  const words = stops.filter((word) => word !== '');
  if (words.length > 0) chat.stop = words.slice(0, CHAT_STOPS);
  return words.slice(CHAT_STOPS);
}

/** Returns whether the caller wants to see the thoughts. */
function writeThinking(config: unknown, chat: ChatRequest, notes: ConversionNotes): boolean {
  if (!isRecord(config)) return false;
  const { thinkingLevel: level, thinkingBudget: budget, includeThoughts } = config;
  const effort = typeof level === 'string' ? effortOfLevel(level) : effortOfBudget(asNumber(budget));
  if (effort !== undefined) chat.reasoning_effort = effort;
  if (typeof level !== 'string' && effort !== undefined && effort !== 'none') {
    notes.transformed.push('generationConfig.thinkingConfig.thinkingBudget');
  }
  return includeThoughts === true;
}

function effortOfLevel(level: string): string | undefined {
  const effort = level.toLowerCase();
  return effort === 'thinking_level_unspecified' ? undefined : effort;
}

/** The reverse of the budgets that Gemini's OpenAI-compatible API gives the efforts: 1024, 8192 and 24576 tokens. */
function effortOfBudget(budget: number | undefined): string | undefined {
  if (budget === undefined || budget < 0) return undefined;
  if (budget === 0) return 'none';
  if (budget <= 1_024) return 'low';
  return budget <= 8_192 ? 'medium' : 'high';
}
