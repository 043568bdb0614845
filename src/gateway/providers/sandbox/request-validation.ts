import { checkHistory } from './history-rules.js';
import { checkImages } from './image-rules.js';
import { assertChatBody, assertCompletionBody } from './request-fields.js';
import { SANDBOX_MODELS, type SandboxModel } from './sandbox-models.js';
import { badRequest, contextExceeded, unknownModel } from './sandbox-refusal.js';
import type { ChatBody, ChatMessage, CompletionBody } from './sandbox-types.js';
import { checkStrictSchema } from './schema-rules.js';
import { estimateTokens } from './token-estimate.js';
import { checkTools } from './tool-rules.js';

/** A chat image costs up to this many tokens (wire.md 1.3, documented for gemma). */
const IMAGE_TOKENS = 280;

/** A request that Cerebras would answer, with what the answer's usage needs. */
export interface ValidRequest<Body> {
  body: Body;
  model: SandboxModel;
  promptTokens: number;
  imageTokens: number;
  /** Null when the caller did not limit the answer. */
  maxTokens: number | null;
}

function findModel(id: string): SandboxModel {
  const model = SANDBOX_MODELS.get(id);
  if (!model) throw unknownModel(id);
  return model;
}

/** -1 and null both mean "as long as the model likes". */
function limitOf(value: number | null | undefined): number | null {
  return value === undefined || value === null || value < 0 ? null : value;
}

interface Lengths {
  maxTokens: number | null;
  maxParam: string;
  minTokens: number | null;
  minParam: string;
}

function checkOutput({ maxTokens, maxParam, minTokens, minParam }: Lengths, model: SandboxModel): void {
  const longest = maxTokens ?? model.maxOutput;
  if (longest > model.maxOutput) {
    throw badRequest(`body.${maxParam}: Input should be less than or equal to ${model.maxOutput}`);
  }
  if (minTokens !== null && minTokens > longest) {
    throw badRequest(`body.${minParam}: Input should be less than or equal to ${longest}`);
  }
}

function chatLengths(body: ChatBody): Lengths {
  return {
    maxTokens: limitOf(body.max_completion_tokens ?? body.max_tokens),
    maxParam: typeof body.max_tokens === 'number' ? 'max_tokens' : 'max_completion_tokens',
    minTokens: limitOf(body.min_completion_tokens ?? body.min_tokens),
    minParam: typeof body.min_tokens === 'number' ? 'min_tokens' : 'min_completion_tokens',
  };
}

function checkContext(promptTokens: number, maxTokens: number | null, model: SandboxModel): void {
  const length = promptTokens + (maxTokens ?? 0);
  if (length > model.contextLength) throw contextExceeded(length, model.contextLength);
}

/** The shared models declare no parameters of their own, so any is refused (wire.md 1.3). */
function checkModelParameters(parameters: object | null | undefined, model: SandboxModel): void {
  if (parameters) throw badRequest(`model_parameters is not supported by model ${model.id}`, 'model_parameters');
}

function checkReasoning(body: ChatBody, model: SandboxModel): void {
  const { reasoning_effort: effort, reasoning_format: format, disable_reasoning: disabled } = body;
  if (typeof effort === 'string' && !model.efforts.includes(effort)) {
    throw badRequest(`reasoning_effort '${effort}' is not supported by model ${model.id}`, 'reasoning_effort');
  }
  if (typeof disabled === 'boolean' && !model.efforts.includes('none')) {
    throw badRequest(`disable_reasoning is not supported by model ${model.id}`, 'disable_reasoning');
  }
  if (format === undefined) return;
  if (!model.formats.includes(format)) {
    throw badRequest(`reasoning_format '${format}' is not supported by model ${model.id}`, 'reasoning_format');
  }
  if (format === 'raw' && body.response_format && body.response_format.type !== 'text') {
    throw badRequest('reasoning_format "raw" is incompatible with JSON response formats', 'reasoning_format');
  }
}

function checkPrediction(body: ChatBody): void {
  if (!body.prediction) return;
  const clash = body.tools ? 'tools' : body.logprobs ? 'logprobs' : (body.n ?? 1) > 1 ? 'n' : undefined;
  if (clash) throw badRequest(`"prediction" is incompatible with "${clash}"`, 'prediction');
}

function checkCombinations(body: ChatBody, model: SandboxModel): void {
  if (typeof body.max_tokens === 'number' && typeof body.max_completion_tokens === 'number') {
    throw badRequest("Only one of 'max_tokens' and 'max_completion_tokens' may be set", 'max_completion_tokens');
  }
  if (typeof body.top_logprobs === 'number' && !body.logprobs) {
    throw badRequest("'top_logprobs' requires 'logprobs' to be true", 'top_logprobs');
  }
  // Priority needs a dedicated endpoint, which the sandbox has none of.
  if (body.service_tier === 'priority') {
    throw badRequest(`service_tier 'priority' is not available for model ${model.id}`, 'service_tier');
  }
}

function checkFormat(body: ChatBody, model: SandboxModel): void {
  const format = body.response_format;
  if (format?.type !== 'json_schema' || !format.json_schema.strict) return;
  checkStrictSchema(format.json_schema.schema, 'response_format', model);
}

function lengthOf(value: ChatMessage['content'] | ChatMessage['reasoning']): number {
  if (typeof value === 'string') return estimateTokens(value);
  let tokens = 0;
  for (const part of value ?? []) if (part.type === 'text') tokens += estimateTokens(part.text);
  return tokens;
}

function messageTokens({ content, reasoning, tool_calls: calls }: ChatMessage): number {
  let tokens = 3 + lengthOf(content);
  if (reasoning) tokens += lengthOf(reasoning);
  for (const call of calls ?? []) tokens += 4 + estimateTokens(call.function.name + call.function.arguments);
  return tokens;
}

function promptTokensOf(body: ChatBody, images: number): number {
  let tokens = 2 + images * IMAGE_TOKENS;
  for (const message of body.messages) tokens += messageTokens(message);
  if (body.tools) tokens += estimateTokens(JSON.stringify(body.tools));
  return tokens;
}

/** Refuses, with Cerebras' own words, every chat request that Cerebras would refuse. */
export function validateChat(body: unknown): ValidRequest<ChatBody> {
  assertChatBody(body);
  const model = findModel(body.model);
  checkModelParameters(body.model_parameters, model);
  checkCombinations(body, model);
  checkReasoning(body, model);
  checkPrediction(body);
  checkTools(body, model);
  checkFormat(body, model);
  checkHistory(body.messages, model);
  const images = checkImages(body.messages, model);
  const lengths = chatLengths(body);
  checkOutput(lengths, model);
  const promptTokens = promptTokensOf(body, images);
  checkContext(promptTokens, lengths.maxTokens, model);
  return { body, model, promptTokens, imageTokens: images * IMAGE_TOKENS, maxTokens: lengths.maxTokens };
}

function promptLength(prompt: CompletionBody['prompt']): number {
  if (typeof prompt === 'string') return estimateTokens(prompt);
  let tokens = 0;
  for (const part of prompt) {
    tokens += typeof part === 'string' ? estimateTokens(part) : typeof part === 'number' ? 1 : part.length;
  }
  return tokens;
}

function checkCompletionCombinations(body: CompletionBody): void {
  if (typeof body.suffix === 'string') throw badRequest("'suffix' is not supported", 'suffix');
  if (typeof body.best_of !== 'number') return;
  if (body.best_of < (body.n ?? 1)) throw badRequest("'best_of' must be greater than or equal to 'n'", 'best_of');
  if (body.stream && body.best_of > 1) throw badRequest("'best_of' is incompatible with 'stream'", 'best_of');
}

/** The same for a legacy completion request. */
export function validateCompletion(body: unknown): ValidRequest<CompletionBody> {
  assertCompletionBody(body);
  const model = findModel(body.model);
  checkModelParameters(body.model_parameters, model);
  checkCompletionCombinations(body);
  const maxTokens = limitOf(body.max_tokens);
  const minTokens = limitOf(body.min_tokens);
  checkOutput({ maxTokens, maxParam: 'max_tokens', minTokens, minParam: 'min_tokens' }, model);
  const promptTokens = promptLength(body.prompt);
  checkContext(promptTokens, maxTokens, model);
  return { body, model, promptTokens, imageTokens: 0, maxTokens };
}
