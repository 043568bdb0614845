/**
 * The wire schema of Open Responses (https://www.openresponses.org, specification of 2026-04-24), written anew:
 * every key that the specification requires must be there, null only where it allows null.
 */
import { z } from 'zod';

const topLogprob = z.object({ token: z.string(), logprob: z.number(), bytes: z.array(z.number()).nullish() });
const logprob = topLogprob.extend({ top_logprobs: z.array(topLogprob) });

const outputText = z.object({
  type: z.literal('output_text'),
  text: z.string(),
  annotations: z.array(z.object({ type: z.string() })),
  logprobs: z.array(logprob),
});
const refusal = z.object({ type: z.literal('refusal'), refusal: z.string() });
const reasoningText = z.object({ type: z.literal('reasoning_text'), text: z.string() });
const summaryText = z.object({ type: z.literal('summary_text'), text: z.string() });
const itemStatus = z.enum(['in_progress', 'completed', 'incomplete']);

const message = z.object({
  type: z.literal('message'),
  id: z.string().min(1),
  status: itemStatus,
  role: z.literal('assistant'),
  content: z.array(z.discriminatedUnion('type', [outputText, refusal])),
});
const functionCall = z.object({
  type: z.literal('function_call'),
  id: z.string().min(1),
  call_id: z.string().min(1),
  name: z.string().min(1),
  arguments: z.string(),
  status: itemStatus,
});
const reasoning = z.object({
  type: z.literal('reasoning'),
  id: z.string().min(1),
  summary: z.array(summaryText),
  content: z.array(reasoningText).nullish(),
  encrypted_content: z.string().nullish(),
});
const outputItem = z.discriminatedUnion('type', [message, functionCall, reasoning]);

const functionTool = z.object({
  type: z.literal('function'),
  name: z.string(),
  description: z.string().nullable(),
  parameters: z.record(z.string(), z.unknown()).nullable(),
  strict: z.boolean().nullable(),
});
const toolMode = z.enum(['none', 'auto', 'required']);
const toolChoice = z.union([
  toolMode,
  z.object({ type: z.literal('function'), name: z.string() }),
  z.object({
    type: z.literal('allowed_tools'),
    mode: toolMode,
    tools: z.array(z.object({ type: z.literal('function'), name: z.string() })),
  }),
]);
const textFormat = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text') }),
  z.object({ type: z.literal('json_object') }),
  z.object({
    type: z.literal('json_schema'),
    name: z.string(),
    description: z.string().nullable(),
    schema: z.record(z.string(), z.unknown()).nullable(),
    strict: z.boolean(),
  }),
]);

const usage = z.object({
  input_tokens: z.int(),
  input_tokens_details: z.object({ cached_tokens: z.int() }),
  output_tokens: z.int(),
  output_tokens_details: z.object({ reasoning_tokens: z.int() }),
  total_tokens: z.int(),
});

/** The Response object, with all the keys that must be present. */
export const ResponseResource = z.object({
  id: z.string().min(1),
  object: z.literal('response'),
  created_at: z.int(),
  completed_at: z.int().nullable(),
  status: z.enum(['completed', 'failed', 'in_progress', 'cancelled', 'queued', 'incomplete']),
  incomplete_details: z.object({ reason: z.string() }).nullable(),
  model: z.string(),
  previous_response_id: z.string().nullable(),
  instructions: z.string().nullable(),
  output: z.array(outputItem),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  tools: z.array(functionTool),
  tool_choice: toolChoice,
  truncation: z.enum(['auto', 'disabled']),
  parallel_tool_calls: z.boolean(),
  text: z.object({ format: textFormat, verbosity: z.enum(['low', 'medium', 'high']).optional() }),
  top_p: z.number(),
  presence_penalty: z.number(),
  frequency_penalty: z.number(),
  top_logprobs: z.int(),
  temperature: z.number(),
  reasoning: z.object({ effort: z.string().nullable(), summary: z.string().nullable() }).nullable(),
  usage: usage.nullable(),
  max_output_tokens: z.int().nullable(),
  max_tool_calls: z.int().nullable(),
  store: z.boolean(),
  background: z.boolean(),
  service_tier: z.string(),
  metadata: z.record(z.string(), z.string()),
  safety_identifier: z.string().nullable(),
  prompt_cache_key: z.string().nullable(),
});

const event = <Type extends string>(type: Type) =>
  z.object({ type: z.literal(type), sequence_number: z.int().nonnegative() });
const lifecycle = <Type extends string>(type: Type) => event(type).extend({ response: ResponseResource });
const atItem = { item_id: z.string().min(1), output_index: z.int().nonnegative() };
const atContent = { ...atItem, content_index: z.int().nonnegative() };
const atSummary = { ...atItem, summary_index: z.int().nonnegative() };
const contentPart = z.discriminatedUnion('type', [outputText, refusal, reasoningText]);

/** Every event that a stream of text, refusals, reasoning and function calls may hold. */
export const StreamingEvent = z.discriminatedUnion('type', [
  lifecycle('response.created'),
  lifecycle('response.queued'),
  lifecycle('response.in_progress'),
  lifecycle('response.completed'),
  lifecycle('response.failed'),
  lifecycle('response.incomplete'),
  event('response.output_item.added').extend({ output_index: z.int().nonnegative(), item: outputItem }),
  event('response.output_item.done').extend({ output_index: z.int().nonnegative(), item: outputItem }),
  event('response.content_part.added').extend({ ...atContent, part: contentPart }),
  event('response.content_part.done').extend({ ...atContent, part: contentPart }),
  event('response.output_text.delta').extend({ ...atContent, delta: z.string(), logprobs: z.array(logprob) }),
  event('response.output_text.done').extend({ ...atContent, text: z.string(), logprobs: z.array(logprob) }),
  event('response.refusal.delta').extend({ ...atContent, delta: z.string() }),
  event('response.refusal.done').extend({ ...atContent, refusal: z.string() }),
  event('response.reasoning_summary_part.added').extend({ ...atSummary, part: summaryText }),
  event('response.reasoning_summary_part.done').extend({ ...atSummary, part: summaryText }),
  event('response.reasoning_summary_text.delta').extend({ ...atSummary, delta: z.string() }),
  event('response.reasoning_summary_text.done').extend({ ...atSummary, text: z.string() }),
  event('response.function_call_arguments.delta').extend({ ...atItem, delta: z.string() }),
  event('response.function_call_arguments.done').extend({ ...atItem, arguments: z.string() }),
]);

export type ResponseResource = z.infer<typeof ResponseResource>;
export type StreamingEvent = z.infer<typeof StreamingEvent>;
