import { randomUUID } from 'node:crypto';
import { groupTokens } from '../answer-frames.js';
import type { PlannedChoice } from '../answer-plan.js';
import { isObject, type JsonObject } from '../json-value.js';
import type { StreamEvent, UpstreamAnswer } from '../upstream-answer.js';
import { plan, type PlannedAnswer } from './chat-plan.js';
import { events, json, namedEvent } from './openai-answer.js';
import { anything, boolean, check, integer, number, oneOf, string } from './openai-fields.js';
import { modelFor } from './openai-models.js';
import { OpenAiRefusal, missing } from './openai-refusal.js';
import { chatOf } from './responses-input.js';

const FIELDS = {
  model: string,
  input: anything,
  instructions: string,
  max_output_tokens: integer(16, 1_000_000),
  max_tool_calls: integer(1, 128),
  temperature: number(0, 2),
  top_p: number(0, 1),
  top_logprobs: integer(0, 20),
  tools: anything,
  tool_choice: anything,
  parallel_tool_calls: boolean,
  text: anything,
  reasoning: anything,
  include: anything,
  store: boolean,
  stream: boolean,
  stream_options: anything,
  previous_response_id: string,
  conversation: anything,
  prompt: anything,
  truncation: oneOf('auto', 'disabled'),
  background: boolean,
  metadata: anything,
  service_tier: string,
  user: string,
  safety_identifier: string,
  prompt_cache_key: string,
  prompt_cache_retention: string,
};

/** The responses of the account that were to be stored. */
export class Responses {
  private readonly stored = new Map<string, JsonObject>();

  /** POST /v1/responses */
  create(request: unknown): UpstreamAnswer {
    const body = check(request, { required: ['model'], fields: FIELDS });
    modelFor('chat', body['model']);
    if (body['input'] === undefined) throw missing('input');
    const before = body['previous_response_id'];
    if (typeof before === 'string' && !this.stored.has(before)) {
      throw new OpenAiRefusal(400, `Previous response with id '${before}' not found.`, {
        param: 'previous_response_id',
        code: 'previous_response_not_found',
      });
    }
    const answer = plan(chatOf(body));
    const base = baseOf(body);
    const items = itemsOf(answer.choices[0], body);
    const last = endOf(base, items, answer);
    if (base['store'] === true) this.stored.set(String(base['id']), last);
    return body['stream'] === true ? events(framesOf(base, items, last)) : json(last);
  }

  show(id: string): UpstreamAnswer {
    return json(this.find(id));
  }

  remove(id: string): UpstreamAnswer {
    this.find(id);
    this.stored.delete(id);
    return json({ id, object: 'response', deleted: true });
  }

  clear(): void {
    this.stored.clear();
  }

  private find(id: string): JsonObject {
    const response = this.stored.get(id);
    if (!response) throw new OpenAiRefusal(404, `Response with id '${id}' not found.`);
    return response;
  }
}

/** Every key that the response object has to have (wire.md 2.7). */
function baseOf(body: JsonObject): JsonObject {
  return {
    id: `resp_${hex()}`,
    object: 'response',
    created_at: Math.floor(Date.now() / 1000),
    status: 'in_progress',
    background: false,
    completed_at: null,
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    max_tool_calls: null,
    model: `${String(body['model'])}-2026-01-01`,
    output: [],
    parallel_tool_calls: true,
    previous_response_id: null,
    prompt_cache_key: null,
    reasoning: { effort: null, summary: null },
    safety_identifier: null,
    service_tier: 'default',
    store: true,
    temperature: 1,
    text: { format: { type: 'text' }, verbosity: 'medium' },
    tool_choice: 'auto',
    tools: [],
    top_logprobs: 0,
    top_p: 1,
    presence_penalty: 0,
    frequency_penalty: 0,
    truncation: 'disabled',
    usage: null,
    user: null,
    metadata: {},
    ...echoOf(body),
  };
}

/** What the caller said, and the answer repeats. */
const ECHOED = new Set(
  'background instructions max_output_tokens max_tool_calls parallel_tool_calls previous_response_id prompt_cache_key safety_identifier store temperature text tool_choice tools top_logprobs top_p truncation user metadata'.split(
    ' ',
  ),
);

function echoOf(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([name, value]) => ECHOED.has(name) && value !== null));
}

interface PlannedItem {
  readonly item: JsonObject;
  /** What its deltas add up to. */
  readonly pieces: readonly string[];
}

/** Hosted tools run at once; then the model's calls of functions, or its text. */
function itemsOf(choice: PlannedChoice | undefined, { tools }: JsonObject): PlannedItem[] {
  const searches = Array.isArray(tools) && tools.some((tool) => isObject(tool) && tool['type'] === 'web_search');
  const search = {
    type: 'web_search_call',
    id: `ws_${hex()}`,
    status: 'completed',
    action: { type: 'search', query: 'x' },
  };
  const hosted = searches ? [{ item: search, pieces: [] }] : [];
  const calls = choice?.toolCalls ?? [];
  const finished = choice?.finish === 'length' ? 'incomplete' : 'completed';
  if (calls.length > 0) {
    const items = calls.map(({ id, name, arguments: args }) => ({
      item: {
        type: 'function_call',
        id: `fc_${hex()}`,
        call_id: `call_${id}`,
        name,
        arguments: args,
        status: finished,
      },
      pieces: args.match(/[^]{1,11}/gu) ?? [],
    }));
    return [...hosted, ...items];
  }
  const content = choice?.content ?? [];
  const part = { type: 'output_text', annotations: [], logprobs: [], text: content.join('') };
  const message = { type: 'message', id: `msg_${hex()}`, status: finished, role: 'assistant', content: [part] };
  return [...hosted, { item: message, pieces: groupTokens(content).map((group) => group.join('')) }];
}

function endOf(base: JsonObject, items: readonly PlannedItem[], answer: PlannedAnswer): JsonObject {
  const cut = answer.choices[0]?.finish === 'length';
  return {
    ...base,
    status: cut ? 'incomplete' : 'completed',
    completed_at: cut ? null : Math.floor(Date.now() / 1000),
    incomplete_details: cut ? { reason: 'max_output_tokens' } : null,
    output: items.map(({ item }) => item),
    usage: {
      input_tokens: answer.promptTokens,
      input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
      output_tokens: answer.completionTokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: answer.promptTokens + answer.completionTokens,
    },
  };
}

function framesOf(base: JsonObject, items: readonly PlannedItem[], last: JsonObject): StreamEvent[] {
  const list: Array<{ type: string; [key: string]: unknown }> = [
    { type: 'response.created', response: base },
    { type: 'response.in_progress', response: base },
    ...items.flatMap(itemEvents),
    { type: `response.${String(last['status'])}`, response: last },
  ];
  return list.map((event, sequence_number) => {
    const { type, ...rest } = event;
    return namedEvent({ type, sequence_number, ...rest });
  });
}

function itemEvents(
  { item, pieces }: PlannedItem,
  output_index: number,
): Array<{ type: string; [key: string]: unknown }> {
  const place = { item_id: item['id'], output_index };
  const begun = { ...item, status: 'in_progress', ...(item['type'] === 'message' ? { content: [] } : {}) };
  const done = { type: 'response.output_item.done', output_index, item };
  if (item['type'] === 'function_call') {
    const name = item['name'];
    return [
      { type: 'response.output_item.added', output_index, item: { ...begun, arguments: '' } },
      ...pieces.map((delta) => ({ type: 'response.function_call_arguments.delta', ...place, delta })),
      { type: 'response.function_call_arguments.done', ...place, name, arguments: item['arguments'] },
      done,
    ];
  }
  if (item['type'] !== 'message') {
    return [
      { type: 'response.output_item.added', output_index, item: begun },
      { type: 'response.web_search_call.completed', ...place },
      done,
    ];
  }
  const content = { ...place, content_index: 0 };
  const part = { type: 'output_text', annotations: [], logprobs: [], text: '' };
  const text = pieces.join('');
  return [
    { type: 'response.output_item.added', output_index, item: begun },
    { type: 'response.content_part.added', ...content, part },
    ...pieces.map((delta) => ({
      type: 'response.output_text.delta',
      ...content,
      delta,
      logprobs: [],
      obfuscation: 'x',
    })),
    { type: 'response.output_text.done', ...content, text, logprobs: [] },
    { type: 'response.content_part.done', ...content, part: { ...part, text } },
    done,
  ];
}

const hex = (): string => randomUUID().replaceAll('-', '');
