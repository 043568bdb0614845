import { GatewayError } from '../../common/errors/gateway-error.js';
import type { ChatChunk, ChatDelta, FinishReason, TokenLogprob, ToolCallDelta } from '../openai/chat.types.js';
import { openReasoning } from './encrypted-reasoning.js';
import { FakeResponseIds } from './fake-response-ids.js';
import type { ResponseEvent } from './response-events.types.js';
import type { OutputItem, ResponseObject } from './response-object.types.js';
import { ResponseStream } from './response-stream.js';
import type { ResponsesRequest } from './responses.types.js';

function chunk(delta: ChatDelta, finish: FinishReason | null = null, logprobs?: TokenLogprob[]): ChatChunk {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1780179233,
    model: 'gpt-oss-120b',
    choices: [
      { index: 0, delta, logprobs: logprobs ? { content: logprobs, refusal: null } : null, finish_reason: finish },
    ],
  };
}

const call = (index: number, fields: { id?: string; name?: string; args?: string }): ChatDelta => {
  const delta: ToolCallDelta = { index, function: {} };
  if (fields.id !== undefined) delta.id = fields.id;
  if (fields.name !== undefined) delta.function.name = fields.name;
  if (fields.args !== undefined) delta.function.arguments = fields.args;
  return { tool_calls: [delta] };
};

const stop = chunk({}, 'stop');
const boom = new GatewayError('upstream_error', 'boom');

function streamOf(fields: Partial<ResponsesRequest> = {}): ResponseStream {
  return new ResponseStream({ model: 'gpt-oss-120b', input: 'Hi', ...fields }, new FakeResponseIds());
}

function play(chunks: ChatChunk[], fields?: Partial<ResponsesRequest>): ResponseEvent[] {
  const stream = streamOf(fields);
  return [...chunks.flatMap((piece) => stream.push(piece)), ...stream.complete()];
}

/** The events in short: type without its prefix, and the index of the item. */
function outline(events: ResponseEvent[]): string[] {
  return events.map((event) => {
    const type = event.type.replace('response.', '');
    return 'output_index' in event ? `${type} ${event.output_index}` : type;
  });
}

function responseOf(events: ResponseEvent[]): ResponseObject {
  const last = events.at(-1);
  if (!last || !('response' in last)) throw new Error('no terminal event');
  return last.response;
}

function shortOf(item: OutputItem): unknown {
  if (item.type === 'reasoning') return ['reasoning', item.summary[0]?.text];
  if (item.type === 'function_call') return [item.call_id, item.name, item.arguments];
  return item.content.map((part) => (part.type === 'refusal' ? `refusal: ${part.refusal}` : part.text));
}

const outputOf = (events: ResponseEvent[]) => responseOf(events).output.map(shortOf);

describe('a streamed response', () => {
  it('begins with the first chunk, and once', () => {
    const stream = streamOf();
    expect(outline(stream.push(chunk({ role: 'assistant', content: '' })))).toEqual(['created', 'in_progress']);
    expect(stream.push(chunk({ role: 'assistant', content: '' }))).toEqual([]);
  });

  it('waits with its end for complete(), so that late usage is in it', () => {
    const stream = streamOf();
    stream.push(chunk({ content: 'Hi' }));
    expect(outline(stream.push(stop))).toEqual(['output_text.done 0', 'content_part.done 0', 'output_item.done 0']);
    expect(
      stream.push({ ...stop, choices: [], usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } }),
    ).toEqual([]);
    const events = stream.complete();
    expect(outline(events)).toEqual(['completed']);
    expect(responseOf(events).usage).toMatchObject({ input_tokens: 1, output_tokens: 2, total_tokens: 3 });
  });

  it('has no usage when the upstream gave none', () => {
    expect(responseOf(play([chunk({ content: 'Hi' }), stop])).usage).toBeNull();
  });

  it('is one empty message when the upstream said nothing', () => {
    const events = play([chunk({ role: 'assistant', content: '' }), stop]);
    expect(outline(events).slice(2)).toEqual([
      'output_item.added 0',
      'content_part.added 0',
      'output_text.done 0',
      'content_part.done 0',
      'output_item.done 0',
      'completed',
    ]);
    expect(responseOf(events)).toMatchObject({
      status: 'completed',
      output: [{ type: 'message', content: [{ text: '' }] }],
    });
  });

  it('has an empty message behind reasoning that led to nothing, unless it was cut off there', () => {
    expect(outputOf(play([chunk({ reasoning: 'Hm' }), stop]))).toEqual([['reasoning', 'Hm'], ['']]);
    const cut = responseOf(play([chunk({ reasoning: 'Hm' }), chunk({}, 'length')]));
    expect(cut.output).toEqual([
      { type: 'reasoning', id: 'rs_01', summary: [{ type: 'summary_text', text: 'Hm' }], status: 'incomplete' },
    ]);
    expect(cut).toMatchObject({
      status: 'incomplete',
      completed_at: null,
      incomplete_details: { reason: 'max_output_tokens' },
    });
  });

  it('makes new items of text after calls and of reasoning after text', () => {
    const events = play([
      chunk({ content: 'One' }),
      chunk(call(0, { id: 'a1', name: 'f', args: '{}' })),
      chunk({ content: 'Two' }),
      chunk({ reasoning: 'Again' }),
      chunk({ content: 'Three' }),
      stop,
    ]);
    expect(outputOf(events)).toEqual([['One'], ['a1', 'f', '{}'], ['Two'], ['reasoning', 'Again'], ['Three']]);
    expect(responseOf(events).output.map(({ id }) => id)).toEqual(['msg_01', 'fc_01', 'msg_02', 'rs_01', 'msg_03']);
  });

  it('reads reasoning under its other name, once', () => {
    expect(
      outputOf(
        play([
          chunk({ reasoning: 'A', reasoning_content: 'A' }),
          chunk({ reasoning_content: 'B' }),
          chunk({ content: 'x' }),
          stop,
        ]),
      ),
    ).toEqual([['reasoning', 'AB'], ['x']]);
  });

  it('lets calls grow side by side', () => {
    const events = play([
      chunk(call(0, { id: 'a1', name: 'f', args: '{"x":' })),
      chunk(call(1, { id: 'b2', name: 'g', args: '' })),
      chunk(call(1, { args: '{}' })),
      chunk(call(0, { args: '1}' })),
      chunk({}, 'tool_calls'),
    ]);
    expect(outputOf(events)).toEqual([
      ['a1', 'f', '{"x":1}'],
      ['b2', 'g', '{}'],
    ]);
    expect(outline(events).slice(2)).toEqual([
      'output_item.added 0',
      'function_call_arguments.delta 0',
      'output_item.added 1',
      'function_call_arguments.delta 1',
      'function_call_arguments.delta 0',
      'function_call_arguments.done 0',
      'output_item.done 0',
      'function_call_arguments.done 1',
      'output_item.done 1',
      'completed',
    ]);
  });

  it('waits for the name and the id of a call, and makes an id that never comes', () => {
    const events = play([
      chunk(call(0, { id: 'a1', args: '{"x"' })),
      chunk(call(0, { name: 'f', args: ':1}' })),
      chunk(call(1, { name: 'g', args: '{}' })),
      chunk({}, 'tool_calls'),
    ]);
    expect(outputOf(events)).toEqual([
      ['a1', 'f', '{"x":1}'],
      ['call_01', 'g', '{}'],
    ]);
  });

  it('gives calls with the same id, and calls under one index, ids of their own', () => {
    const events = play([
      chunk(call(0, { id: 'call_0', name: 'f', args: '{}' })),
      chunk(call(1, { id: 'call_0', name: 'g', args: '{}' })),
      chunk(call(1, { id: 'other', name: 'h', args: '{"a":1}' })),
      chunk({}, 'tool_calls'),
    ]);
    expect(outputOf(events)).toEqual([
      ['call_0', 'f', '{}'],
      ['call_01', 'g', '{}'],
      ['other', 'h', '{"a":1}'],
    ]);
  });

  it('marks every call that was cut, not only the last', () => {
    const { output } = responseOf(
      play([
        chunk(call(0, { id: 'a1', name: 'f', args: '{}' })),
        chunk(call(1, { id: 'b2', name: 'g', args: '{"x' })),
        chunk(call(2, { id: 'c3', name: 'h', args: '{"y' })),
        chunk({}, 'length'),
      ]),
    );
    expect(output.map(({ status }) => status)).toEqual(['completed', 'incomplete', 'incomplete']);
  });

  it('keeps the text and drops the calls that repeat it when JSON was asked for', () => {
    const chunks = [
      chunk({ content: '{"a":1}' }),
      chunk(call(0, { id: 'a1', name: 'json', args: '{"a":1}' })),
      chunk({}, 'tool_calls'),
    ];
    expect(outputOf(play(chunks, { text: { format: { type: 'json_object' } } }))).toEqual([['{"a":1}']]);
    expect(outputOf(play(chunks))).toEqual([['{"a":1}'], ['a1', 'json', '{"a":1}']]);
  });

  it('puts a refusal behind text into the same message', () => {
    expect(outputOf(play([chunk({ content: 'Well' }), chunk({ refusal: 'No.' }), stop]))).toEqual([
      ['Well', 'refusal: No.'],
    ]);
  });

  it('carries logprobs on the deltas and in the part, those without text too', () => {
    const token = (text: string): TokenLogprob => ({
      token: text,
      logprob: -0.5,
      bytes: null,
      top_logprobs: [{ token: text, logprob: -0.5 }],
    });
    const mapped = (text: string) => ({
      token: text,
      logprob: -0.5,
      bytes: [],
      top_logprobs: [{ token: text, logprob: -0.5, bytes: [] }],
    });
    const events = play([
      chunk({ content: '' }, null, [token('a')]),
      chunk({ content: 'ab' }, null, [token('b')]),
      chunk({}, 'stop', [token('end')]),
    ]);
    const delta = events.find(({ type }) => type === 'response.output_text.delta');
    expect(delta).toMatchObject({ logprobs: [mapped('a'), mapped('b')] });
    expect(responseOf(events).output[0]).toMatchObject({
      content: [{ logprobs: [mapped('a'), mapped('b'), mapped('end')] }],
    });
  });

  it('keeps the logprobs of two texts of one message apart', () => {
    const token = (text: string): TokenLogprob => ({ token: text, logprob: -1, top_logprobs: [] });
    const [message] = responseOf(
      play([
        chunk({ content: 'a' }, null, [token('a')]),
        chunk({ refusal: 'No.' }),
        chunk({ content: 'b' }, null, [token('b')]),
        stop,
      ]),
    ).output;
    expect(message).toMatchObject({
      content: [{ logprobs: [{ token: 'a' }] }, { refusal: 'No.' }, { logprobs: [{ token: 'b' }] }],
    });
  });

  it('seals reasoning when the caller includes it', () => {
    const events = play([chunk({ reasoning: 'Hm ' }), chunk({ reasoning: 'ok' }), chunk({ content: 'x' }), stop], {
      include: ['reasoning.encrypted_content'],
    });
    const done = events.find(({ type }) => type === 'response.output_item.done');
    const [item] = responseOf(events).output;
    expect(done).toMatchObject({ item });
    expect(item?.type === 'reasoning' && openReasoning(item.encrypted_content)).toBe('Hm ok');
  });

  it('takes no notice of other choices, nor of what comes after the finish reason', () => {
    const other = chunk({ content: 'other' });
    for (const choice of other.choices) choice.index = 1;
    expect(outputOf(play([chunk({ content: 'Hi' }), other, stop, chunk({ content: 'late' }), stop]))).toEqual([['Hi']]);
  });

  it('fails with the partial output and the usage that is known', () => {
    const stream = streamOf();
    stream.push(chunk(call(0, { id: 'a1', name: 'f', args: '{}' })));
    stream.push(chunk({ content: 'Hel' }));
    stream.push({ ...stop, choices: [], usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } });
    const [event, ...rest] = stream.fail(boom);
    expect(rest).toEqual([]);
    expect(event).toMatchObject({
      type: 'response.failed',
      response: {
        status: 'failed',
        completed_at: null,
        error: { code: 'server_error', message: 'boom' },
        usage: { total_tokens: 3 },
        output: [
          { type: 'function_call', status: 'completed' },
          { type: 'message', status: 'incomplete', content: [{ text: 'Hel' }] },
        ],
      },
    });
  });

  it('calls an upstream limit by its name when it fails', () => {
    const stream = streamOf();
    stream.push(chunk({ content: 'Hel' }));
    expect(stream.fail(new GatewayError('rate_limit_exceeded', 'slow down'))).toMatchObject([
      { response: { error: { code: 'rate_limit_exceeded', message: 'slow down' } } },
    ]);
  });

  it('has a bare error event when there is no response to fail', () => {
    expect(streamOf().fail(boom)).toEqual([
      {
        type: 'error',
        sequence_number: 0,
        code: 'upstream_error',
        message: 'boom',
        param: null,
        error: { type: 'server_error', code: 'upstream_error', message: 'boom', param: null },
      },
    ]);
    expect(streamOf().complete()).toMatchObject([{ type: 'error', code: 'upstream_truncated' }]);
  });

  it('says which tier served it where the upstream tells, and repeats only the tools that were offered', () => {
    const stream = streamOf({
      service_tier: 'auto',
      tools: [{ type: 'function', name: 'f', parameters: null, strict: null }, { type: 'web_search' }],
    });
    const [created] = stream.push({ ...stop, service_tier: 'flex' });
    expect(created).toMatchObject({
      response: {
        service_tier: 'flex',
        tools: [{ type: 'function', name: 'f', description: null, parameters: null, strict: false }],
      },
    });
  });
});
