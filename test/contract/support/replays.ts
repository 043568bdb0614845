/** The worked examples of the chat-to-Responses conversion: recorded upstream frames, and the events that they become. */
import { brokenStream, chunk, finishChunk, stream } from './upstream-frames.ts';

export interface Replay {
  /** What the upstream sends. */
  readonly title: string;
  readonly frames: readonly string[];
  /** Types of the Responses events after `response.created` and `response.in_progress`, item after item. */
  readonly events: readonly string[];
  readonly status: 'completed' | 'incomplete' | 'failed';
  readonly text: string;
  readonly reasoning?: string;
  readonly refusal?: string;
  /** Names and raw arguments of the function calls. */
  readonly calls?: readonly (readonly [name: string, args: string])[];
  readonly incomplete?: string;
  /** `finishReason` of the AI SDK. */
  readonly finish: string;
  /** `input_tokens` and `output_tokens`, where the upstream told. */
  readonly usage?: readonly [number, number];
}

const role = chunk({ role: 'assistant' });
const call = (index: number, id: string, name: string) =>
  chunk({ tool_calls: [{ function: { name, arguments: '' }, type: 'function', id, index }] });
const callArguments = (index: number, text: string) =>
  chunk({ tool_calls: [{ function: { arguments: text }, type: 'function', index }] });

const messageEvents = (deltas: number): string[] => [
  'response.output_item.added',
  'response.content_part.added',
  ...Array.from({ length: deltas }, () => 'response.output_text.delta'),
  'response.output_text.done',
  'response.content_part.done',
  'response.output_item.done',
];
const callEvents = (deltas: number): string[] => [
  'response.output_item.added',
  ...Array.from({ length: deltas }, () => 'response.function_call_arguments.delta'),
  'response.function_call_arguments.done',
  'response.output_item.done',
];
const reasoningEvents = (deltas: number): string[] => [
  'response.output_item.added',
  'response.reasoning_summary_part.added',
  ...Array.from({ length: deltas }, () => 'response.reasoning_summary_text.delta'),
  'response.reasoning_summary_text.done',
  'response.reasoning_summary_part.done',
  'response.output_item.done',
];

/** Escapes, a number beyond doubles and duplicate keys: only a relay of the very characters keeps them. */
export const AWKWARD_ARGUMENTS =
  '{"a":"\\u00e9\\ud83d\\ude00 \\"q\\"","n":9007199254740993,"e":1e400,"z":-0,"a":"twice"}';

export const REPLAYS: readonly Replay[] = [
  {
    title: 'plain text',
    frames: stream(role, chunk({ content: 'Hel' }), chunk({ content: 'lo.' }), finishChunk('stop', 69, 35)),
    events: [...messageEvents(2), 'response.completed'],
    status: 'completed',
    text: 'Hello.',
    finish: 'stop',
    usage: [69, 35],
  },
  {
    title: 'two parallel tool calls',
    frames: stream(
      role,
      call(0, 'ae3b6602f', 'get_weather'),
      callArguments(0, '{"city":'),
      callArguments(0, '"Paris"}'),
      call(1, 'b01c77a2e', 'get_weather'),
      callArguments(1, '{"city":"Rome"}'),
      finishChunk('tool_calls', 136, 42),
    ),
    events: [...callEvents(2), ...callEvents(1), 'response.completed'],
    status: 'completed',
    text: '',
    calls: [
      ['get_weather', '{"city":"Paris"}'],
      ['get_weather', '{"city":"Rome"}'],
    ],
    finish: 'tool-calls',
    usage: [136, 42],
  },
  {
    title: 'reasoning and text',
    frames: stream(
      role,
      chunk({ reasoning: 'We just need' }),
      chunk({ reasoning: ' to respond.' }),
      chunk({ content: '4' }),
      finishChunk('stop', 80, 45, 34),
    ),
    events: [...reasoningEvents(2), ...messageEvents(1), 'response.completed'],
    status: 'completed',
    text: '4',
    reasoning: 'We just need to respond.',
    finish: 'stop',
    usage: [80, 45],
  },
  {
    title: 'a refusal',
    frames: stream(
      role,
      chunk({ refusal: "I can't" }),
      chunk({ refusal: ' help with that.' }),
      finishChunk('stop', 20, 8),
    ),
    events: [
      'response.output_item.added',
      'response.content_part.added',
      'response.refusal.delta',
      'response.refusal.delta',
      'response.refusal.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ],
    status: 'completed',
    text: '',
    refusal: "I can't help with that.",
    finish: 'content-filter',
    usage: [20, 8],
  },
  {
    title: 'text that is cut at the length limit',
    frames: stream(role, chunk({ content: 'Once upon' }), chunk({ content: ' a time' }), finishChunk('length', 20, 16)),
    events: [...messageEvents(2), 'response.incomplete'],
    status: 'incomplete',
    incomplete: 'max_output_tokens',
    text: 'Once upon a time',
    finish: 'length',
    usage: [20, 16],
  },
  {
    title: 'a tool call that is cut at the length limit',
    frames: stream(role, call(0, 'ae3b6602f', 'get_weather'), callArguments(0, '{"a"'), finishChunk('length', 20, 16)),
    events: [...callEvents(1), 'response.incomplete'],
    status: 'incomplete',
    incomplete: 'max_output_tokens',
    text: '',
    calls: [['get_weather', '{"a"']],
    finish: 'length',
    usage: [20, 16],
  },
  {
    title: 'text that the content filter cuts',
    frames: stream(role, chunk({ content: 'Partial' }), finishChunk('content_filter', 20, 2)),
    events: [...messageEvents(1), 'response.incomplete'],
    status: 'incomplete',
    incomplete: 'content_filter',
    text: 'Partial',
    finish: 'content-filter',
    usage: [20, 2],
  },
  {
    title: 'an error in the middle of the stream',
    frames: brokenStream(role, chunk({ content: 'Hel' }), {
      error: { message: 'boom', type: 'server_error', param: '', code: '', id: '' },
      status_code: 500,
    }),
    events: [
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.failed',
    ],
    status: 'failed',
    text: 'Hel',
    finish: 'error',
  },
  {
    title: 'an end without a finish reason',
    frames: brokenStream(role, chunk({ content: 'Hel' })),
    events: [
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.failed',
    ],
    status: 'failed',
    text: 'Hel',
    finish: 'error',
  },
  {
    title: 'a structured answer',
    frames: stream(role, chunk({ content: '{"name":' }), chunk({ content: '"Ada"}' }), finishChunk('stop', 60, 12)),
    events: [...messageEvents(2), 'response.completed'],
    status: 'completed',
    text: '{"name":"Ada"}',
    finish: 'stop',
    usage: [60, 12],
  },
  {
    title: 'awkward arguments, character for character',
    frames: stream(
      role,
      call(0, 'ae3b6602f', 'get_weather'),
      callArguments(0, AWKWARD_ARGUMENTS.slice(0, 9)),
      callArguments(0, AWKWARD_ARGUMENTS.slice(9)),
      finishChunk('tool_calls', 136, 42),
    ),
    events: [...callEvents(2), 'response.completed'],
    status: 'completed',
    text: '',
    calls: [['get_weather', AWKWARD_ARGUMENTS]],
    finish: 'tool-calls',
    usage: [136, 42],
  },
  {
    title: 'two calls with one id',
    frames: stream(
      role,
      call(0, 'call_0', 'get_weather'),
      callArguments(0, '{"city":"Paris"}'),
      call(1, 'call_0', 'get_weather'),
      callArguments(1, '{"city":"Rome"}'),
      finishChunk('tool_calls', 136, 42),
    ),
    events: [...callEvents(1), ...callEvents(1), 'response.completed'],
    status: 'completed',
    text: '',
    calls: [
      ['get_weather', '{"city":"Paris"}'],
      ['get_weather', '{"city":"Rome"}'],
    ],
    finish: 'tool-calls',
    usage: [136, 42],
  },
  {
    title: 'an empty answer',
    frames: stream(role, finishChunk('stop', 20, 1)),
    events: [
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ],
    status: 'completed',
    text: '',
    finish: 'stop',
    usage: [20, 1],
  },
];
