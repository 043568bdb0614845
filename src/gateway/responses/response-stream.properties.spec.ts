import * as fc from 'fast-check';
import { GatewayError } from '../../common/errors/gateway-error.js';
import type { ChatChunk, ChatDelta, FinishReason, ToolCallDelta, Usage } from '../openai/chat.types.js';
import { FakeResponseIds } from './fake-response-ids.js';
import { fromChat } from './from-chat.js';
import type { OutputItemEvent, ResponseEvent } from './response-events.types.js';
import type { OutputContent, OutputItem, ResponseObject, SummaryText } from './response-object.types.js';
import { ResponseStream } from './response-stream.js';
import type { ResponsesRequest } from './responses.types.js';

const REQUEST: ResponsesRequest = { model: 'gpt-oss-120b', input: 'Hi' };
const TERMINAL = new Set(['response.completed', 'response.incomplete', 'response.failed']);

type Step = { kind: 'reasoning' | 'content' | 'refusal'; text: string } | { kind: 'call'; call: number };

interface Script {
  steps: Step[];
  /** Per call: the upstream's id, which may be missing or a duplicate, and the whole arguments. */
  calls: Array<{ id: string; args: string }>;
  finish: FinishReason;
  end: 'complete' | 'fail' | 'truncate';
  usageOnFinish: boolean;
}

const USAGE: Usage = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 };

const args = fc.oneof(
  fc
    .dictionary(fc.string({ maxLength: 4 }), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 })
    .map((value) => JSON.stringify(value)),
  fc.string({ maxLength: 10 }).filter((text) => !text.trimStart().startsWith('{')),
);

const script: fc.Arbitrary<Script> = fc.record({
  steps: fc.array(
    fc.oneof(
      fc.record({ kind: fc.constantFrom('reasoning', 'content', 'refusal'), text: fc.string({ maxLength: 6 }) }),
      fc.record({ kind: fc.constant('call' as const), call: fc.nat(3) }),
    ),
    { maxLength: 25 },
  ),
  calls: fc.array(fc.record({ id: fc.constantFrom('', 'call_0', 'call_1', 'a1b2c3d4e'), args }), {
    minLength: 4,
    maxLength: 4,
  }),
  finish: fc.constantFrom<FinishReason>('stop', 'length', 'tool_calls', 'content_filter'),
  end: fc.constantFrom('complete', 'fail', 'truncate'),
  usageOnFinish: fc.boolean(),
});

function chunkOf(delta: ChatDelta, finish: FinishReason | null = null): ChatChunk {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1780179233,
    model: 'gpt-oss-120b',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  };
}

/** The chunks that a provider would emit for a script: each call's arguments are cut into as many pieces as it has steps. */
function chunksOf({ steps, calls, finish, end, usageOnFinish }: Script): ChatChunk[] {
  const total = calls.map((_, index) => steps.filter((step) => step.kind === 'call' && step.call === index).length);
  const sent = calls.map(() => 0);
  const chunks = steps.map((step) => {
    if (step.kind !== 'call') return chunkOf({ [step.kind]: step.text });
    const { id, args: whole } = calls[step.call] as Script['calls'][number];
    const count = total[step.call] ?? 1;
    const position = sent[step.call] ?? 0;
    sent[step.call] = position + 1;
    const size = Math.ceil(whole.length / count);
    const fragment = whole.slice(position * size, (position + 1) * size);
    const delta: ToolCallDelta = { index: step.call, function: { arguments: fragment } };
    if (position === 0)
      Object.assign(delta, { id, type: 'function', function: { name: `f${step.call}`, arguments: fragment } });
    return chunkOf({ tool_calls: [delta] });
  });
  chunks.unshift(chunkOf({ role: 'assistant', content: '' }));
  if (end !== 'complete') return chunks;
  chunks.push({ ...chunkOf({}, finish), ...(usageOnFinish && { usage: USAGE }) });
  if (!usageOnFinish) chunks.push({ ...chunkOf({}), choices: [], usage: USAGE });
  return chunks;
}

function play(input: Script): ResponseEvent[] {
  const stream = new ResponseStream(REQUEST, new FakeResponseIds());
  const events = chunksOf(input).flatMap((chunk) => stream.push(chunk));
  events.push(...(input.end === 'fail' ? stream.fail(new GatewayError('upstream_error', 'boom')) : stream.complete()));
  // Nothing may follow the terminal event, whatever the caller does.
  events.push(...stream.push(chunkOf({ content: 'late' })), ...stream.complete());
  events.push(...stream.fail(new GatewayError('upstream_error', 'late')));
  return events;
}

function terminalOf(events: ResponseEvent[]): ResponseObject {
  const last = events.at(-1);
  if (!last || !('response' in last)) throw new Error('no terminal event');
  return last.response;
}

/** Events that belong to one item. */
type InItem = Extract<ResponseEvent, { item_id: string }>;

interface OpenItem {
  id: string;
  parts: number;
  /** The part that is open, and whether its text is written already. */
  open?: string;
  deltas: string;
  call: boolean;
  done?: OutputItem;
}

function textOf(event: { text: string } | { refusal: string } | { arguments: string }): string {
  if ('text' in event) return event.text;
  return 'refusal' in event ? event.refusal : event.arguments;
}

/** The order of events of the Responses API: response, item, part, delta. */
class Grammar {
  private readonly items: OpenItem[] = [];
  private terminal?: string;

  /** What is out of place, if anything is. */
  problemOf(events: ResponseEvent[]): string | undefined {
    try {
      this.check(events);
      return undefined;
    } catch (error) {
      return String(error);
    }
  }

  private check(events: ResponseEvent[]): void {
    events.forEach((event, index) => {
      this.expect(event.sequence_number === index, `sequence number ${event.sequence_number} at ${index}`);
      this.expect(!this.terminal, `${event.type} after ${this.terminal}`);
      if (index === 0) this.expect(event.type === 'response.created', `begins with ${event.type}`);
      if (index === 1) this.expect(event.type === 'response.in_progress', `goes on with ${event.type}`);
      if (index > 1) this.step(event);
    });
    this.expect(this.terminal, 'no terminal event');
  }

  private step(event: ResponseEvent): void {
    if (TERMINAL.has(event.type)) return this.end(event as Extract<ResponseEvent, { response: ResponseObject }>);
    if (event.type === 'response.output_item.added') {
      this.expect(event.output_index === this.items.length, `index ${event.output_index} added out of order`);
      const call = event.item.type === 'function_call';
      this.items.push({ id: event.item.id, parts: 0, deltas: '', call, ...(call && { open: 'arguments' }) });
      return;
    }
    this.expect('output_index' in event, `unexpected ${event.type}`);
    if (!('output_index' in event)) return;
    const item = this.items[event.output_index];
    this.expect(item && !item.done, `${event.type} for an item that is not open`);
    if (!item) return;
    if ('item' in event) {
      this.expect(item.open === undefined, 'item done with an open part');
      this.expect(item.id === event.item.id, 'item done under another id');
      item.done = event.item;
      return;
    }
    this.expect(event.item_id === item.id, `${event.type} under another id`);
    this.part(event, item);
  }

  private part(event: InItem, item: OpenItem): void {
    if ('content_index' in event) this.expect(event.content_index === item.parts, `content index of ${event.type}`);
    if ('summary_index' in event) this.expect(event.summary_index === item.parts, `summary index of ${event.type}`);
    if ('delta' in event) {
      this.expect(item.open === PART_OF[event.type], `${event.type} in ${item.open}`);
      this.expect(event.delta !== '', 'empty delta');
      item.deltas += event.delta;
    } else if ('part' in event) {
      this.partBorder(event, item);
    } else {
      this.finishText(item, PART_OF[event.type], textOf(event));
      if (item.call) item.open = undefined;
    }
  }

  private partBorder(event: Extract<InItem, { part: unknown }>, item: OpenItem): void {
    if (event.type.endsWith('.added')) {
      this.expect(item.open === undefined && !item.call, 'part added within a part');
      item.open = event.part.type;
      item.deltas = '';
      return;
    }
    this.expect(item.open === `${event.part.type} written`, `part done in ${item.open}`);
    this.expect(textOf(event.part) === item.deltas, 'part differs from its deltas');
    item.open = undefined;
    item.parts += 1;
  }

  private finishText(item: OpenItem, kind: string | undefined, text: string): void {
    this.expect(item.open === kind, `${kind} done in ${item.open}`);
    this.expect(text === item.deltas, `${kind} differs from its deltas`);
    item.open = `${kind} written`;
  }

  private end({ type, response }: Extract<ResponseEvent, { response: ResponseObject }>): void {
    this.terminal = type;
    this.expect(response.output.length === this.items.length, 'output lacks an item');
    response.output.forEach((item, index) => {
      const known = this.items[index];
      this.expect(known?.id === item.id, 'output in another order');
      if (known?.done)
        this.expect(JSON.stringify(known.done) === JSON.stringify(item), 'output differs from item.done');
      else this.expect(type === 'response.failed' && item.status === 'incomplete', 'item never done');
    });
  }

  private expect(condition: unknown, message: string): asserts condition {
    if (!condition) throw new Error(message);
  }
}

const PART_OF: Readonly<Record<string, string>> = {
  'response.output_text.delta': 'output_text',
  'response.output_text.done': 'output_text',
  'response.refusal.delta': 'refusal',
  'response.refusal.done': 'refusal',
  'response.reasoning_summary_text.delta': 'summary_text',
  'response.reasoning_summary_text.done': 'summary_text',
  'response.function_call_arguments.delta': 'arguments',
  'response.function_call_arguments.done': 'arguments',
};

/** The rules by which openai-node 7.57 puts a response together; the messages are the ones it throws. */
class Accumulator {
  private snapshot?: ResponseObject;
  private readonly done = new Set<number>();
  private readonly identities = new Set<string>();

  add(event: ResponseEvent): void {
    if (event.type === 'error') throw new Error('APIError');
    if (!this.snapshot) {
      if (event.type !== 'response.created') {
        throw new Error(`When snapshot hasn't been set yet, expected 'response.created' event, got ${event.type}`);
      }
      this.snapshot = JSON.parse(JSON.stringify(event.response)) as ResponseObject;
      return;
    }
    if ('response' in event) return this.lifecycle(event.type, event.response, this.snapshot);
    this.inOutput(event, this.snapshot);
  }

  get response(): ResponseObject | undefined {
    return this.snapshot;
  }

  private lifecycle(type: string, response: ResponseObject, snapshot: ResponseObject): void {
    if (typeof response !== 'object' || response === null)
      throw new Error('Lifecycle events require a response object.');
    if (response.id !== snapshot.id) throw new Error('Lifecycle response identity changed.');
    if (type === 'response.in_progress') return;
    response.output.forEach((item, index) => {
      const known = snapshot.output[index];
      if (known && known.id !== item.id) throw new Error('Response snapshot has conflicting output positions.');
    });
    if (type === 'response.completed') {
      const unfinished = snapshot.output.some((_, index) => !this.done.has(index) && !response.output[index]);
      if (unfinished) throw new Error('Cannot complete response with unfinished output items.');
    }
    this.snapshot = JSON.parse(JSON.stringify(response)) as ResponseObject;
  }

  private itemAdded(index: number, item: OutputItem, snapshot: ResponseObject): void {
    if (snapshot.output[index]) throw new Error(`Duplicate response output index ${index}.`);
    if (index > snapshot.output.length) throw new Error(`missing output at index ${snapshot.output.length}`);
    if (!item.id) throw new Error(`expected a non-empty output item id for ${item.type}`);
    this.claim(`id:${item.id}`);
    if (item.type === 'function_call') {
      if (!item.call_id) throw new Error('expected a non-empty output item call_id for function_call');
      this.claim(`call:function_call:${item.call_id}`);
    }
    snapshot.output[index] = JSON.parse(JSON.stringify(item)) as OutputItem;
  }

  private claim(identity: string): void {
    if (this.identities.has(identity)) throw new Error(`duplicate output item identity '${identity}'`);
    this.identities.add(identity);
  }

  private itemDone(index: number, item: OutputItem, known: OutputItem, snapshot: ResponseObject): void {
    if (item.type !== known.type) throw new Error(`expected output item type '${known.type}', got '${item.type}'`);
    if (item.id !== known.id) throw new Error(`expected output item id '${known.id}', got '${item.id}'`);
    if (item.type === 'function_call' && known.type === 'function_call' && item.call_id !== known.call_id) {
      throw new Error(`expected output item call_id '${known.call_id}'`);
    }
    this.done.add(index);
    snapshot.output[index] = JSON.parse(JSON.stringify(item)) as OutputItem;
  }

  private inOutput(event: InItem | OutputItemEvent, snapshot: ResponseObject): void {
    const index = event.output_index;
    if (!Number.isInteger(index) || index < 0) throw new Error('Invalid response output index.');
    if (event.type === 'response.output_item.added') return this.itemAdded(index, event.item, snapshot);
    const item = snapshot.output[index];
    if (!item) throw new Error(`missing output at index ${index}`);
    if ('item' in event) return this.itemDone(index, event.item, item, snapshot);
    if (!event.item_id) throw new Error(`expected a non-empty item_id for ${event.type}`);
    if (event.item_id !== item.id) throw new Error(`expected item_id '${item.id}', got '${event.item_id}'`);
    this.grow(event, item);
  }

  private grow(event: InItem, item: OutputItem): void {
    if ('content_index' in event) return this.growMessage(event, this.of(item, 'message').content);
    if ('summary_index' in event) return this.growReasoning(event, this.of(item, 'reasoning').summary);
    const call = this.of(item, 'function_call');
    if ('delta' in event) call.arguments += event.delta;
  }

  private growMessage(event: Extract<InItem, { content_index: number }>, parts: OutputContent[]): void {
    if (event.type === 'response.content_part.added') return this.appendPart(parts, event.content_index, event.part);
    if (!('delta' in event)) return;
    const part = parts[event.content_index];
    if (!part) throw new Error(`missing content at index ${event.content_index}`);
    if (part.type !== PART_OF[event.type])
      throw new Error(`expected content to be '${PART_OF[event.type]}', got ${part.type}`);
    if (part.type === 'output_text') part.text += event.delta;
    else part.refusal += event.delta;
  }

  private growReasoning(event: Extract<InItem, { summary_index: number }>, parts: SummaryText[]): void {
    if (event.type === 'response.reasoning_summary_part.added')
      return this.appendPart(parts, event.summary_index, event.part);
    const part = parts[event.summary_index];
    if (!part) throw new Error(`missing content at index ${event.summary_index}`);
    if ('delta' in event) part.text += event.delta;
  }

  private of<T extends OutputItem['type']>(item: OutputItem, type: T): Extract<OutputItem, { type: T }> {
    if (item.type !== type) throw new Error(`expected output item type '${type}', got '${item.type}'`);
    return item as Extract<OutputItem, { type: T }>;
  }

  private appendPart<T>(parts: T[], index: number, part: T): void {
    if (index !== parts.length) throw new Error(`missing content at index ${parts.length}`);
    parts.push(JSON.parse(JSON.stringify(part)) as T);
  }
}

/** What an output says, whichever items it is spread over. */
function said(output: readonly OutputItem[]): {
  reasoning: string;
  content: string;
  refusal: string;
  calls: Record<string, string>;
} {
  const result = { reasoning: '', content: '', refusal: '', calls: {} as Record<string, string> };
  for (const item of output) {
    if (item.type === 'reasoning') result.reasoning += item.summary.map(({ text }) => text).join('');
    else if (item.type === 'function_call') result.calls[item.name] = item.arguments;
    else {
      for (const part of item.content) {
        if (part.type === 'refusal') result.refusal += part.refusal;
        else result.content += part.text;
      }
    }
  }
  return result;
}

function meant({ steps, calls }: Script): ReturnType<typeof said> {
  const result = { reasoning: '', content: '', refusal: '', calls: {} as Record<string, string> };
  for (const step of steps) {
    if (step.kind === 'call') result.calls[`f${step.call}`] = calls[step.call]?.args ?? '';
    else result[step.kind] += step.text;
  }
  return result;
}

describe('the events of any stream', () => {
  it('obey the order of the Responses API', () => {
    fc.assert(
      fc.property(script, (input) => {
        expect(new Grammar().problemOf(play(input))).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it('are put together by openai-node without an error, to the response of the last event', () => {
    fc.assert(
      fc.property(script, (input) => {
        const events = play(input);
        const accumulator = new Accumulator();
        let beforeEnd: readonly OutputItem[] = [];
        for (const event of events) {
          if (TERMINAL.has(event.type)) beforeEnd = accumulator.response?.output ?? [];
          accumulator.add(event);
        }
        expect(said(beforeEnd)).toEqual(said(terminalOf(events).output));
      }),
      { numRuns: 500 },
    );
  });

  it('say what the upstream said', () => {
    fc.assert(
      fc.property(script, (input) => {
        const output = said(terminalOf(play(input)).output);
        const upstream = meant(input);
        // A stream that breaks off may not have announced a call yet.
        const announced = input.end === 'complete' ? Object.keys(upstream.calls) : Object.keys(output.calls);
        const calls = Object.fromEntries(announced.map((name) => [name, upstream.calls[name]]));
        expect(output).toEqual({ ...upstream, calls });
      }),
      { numRuns: 500 },
    );
  });

  it('end as the same answer in one piece does', () => {
    fc.assert(
      fc.property(script, (input) => {
        const complete: Script = { ...input, end: 'complete' };
        const streamed = terminalOf(play(complete));
        const { reasoning, content, refusal, calls } = meant(complete);
        const completion = {
          ...chunkOf({}),
          object: 'chat.completion' as const,
          choices: [
            {
              index: 0,
              logprobs: null,
              finish_reason: input.finish,
              message: {
                role: 'assistant' as const,
                content,
                refusal,
                reasoning,
                tool_calls: Object.entries(calls).map(([name, text], index) => ({
                  id: `call_${index}`,
                  type: 'function' as const,
                  function: { name, arguments: text },
                })),
              },
            },
          ],
          usage: USAGE,
        };
        const whole = fromChat(completion, REQUEST, new FakeResponseIds());
        expect(said(streamed.output)).toEqual(said(whole.output));
        expect(streamed).toMatchObject({
          status: whole.status,
          incomplete_details: whole.incomplete_details,
          usage: whole.usage,
        });
      }),
      { numRuns: 200 },
    );
  });
});

describe('the accumulator of these tests', () => {
  it('notices the mistakes that openai-node notices', () => {
    const events = play({
      steps: [
        { kind: 'content', text: 'Hi' },
        { kind: 'call', call: 0 },
      ],
      calls: [{ id: 'a1b2c3d4e', args: '{}' }],
      finish: 'stop',
      end: 'complete',
      usageOnFinish: true,
    });
    const accumulate = (changed: ResponseEvent[]) => {
      const accumulator = new Accumulator();
      for (const event of changed) accumulator.add(event);
    };
    expect(() => accumulate(events)).not.toThrow();
    expect(() => accumulate(events.slice(1))).toThrow("expected 'response.created' event, got response.in_progress");
    const without = (type: string) => events.filter((event) => event.type !== type);
    expect(() => accumulate(without('response.output_item.added'))).toThrow('missing output at index 0');
    expect(() => accumulate(without('response.content_part.added'))).toThrow('missing content at index 0');
    const twice = events.flatMap((event) => (event.type === 'response.output_item.added' ? [event, event] : [event]));
    expect(() => accumulate(twice)).toThrow('Duplicate response output index 0.');
    expect(new Grammar().problemOf(without('response.output_text.done'))).toContain('sequence number');
  });
});
