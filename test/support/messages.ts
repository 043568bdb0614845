import type { AnthropicErrorBody } from '../../src/common/errors/anthropic-envelope.js';
import type { Message, MessagesEvent, OutputBlock } from '../../src/gateway/anthropic/messages.types.js';
import { type Answer, first } from './answer.js';

/** The smallest Messages request. */
export const MESSAGE = {
  model: 'cerebras/gpt-oss-120b',
  max_tokens: 1024,
  messages: [{ role: 'user', content: 'Say: hello' }],
};
export const MESSAGES_PATH = '/anthropic/v1/messages';

/** The members of a Messages answer that tests look at. */
export function messageOf(answer: Answer): Message {
  return JSON.parse(answer.text) as Message;
}

export function anthropicErrorOf(answer: Answer): AnthropicErrorBody {
  return JSON.parse(answer.text) as AnthropicErrorBody;
}

/** The events of a stream. @throws Error for a frame without a name, or with another name than its data's type */
export function eventsOf(answer: Answer): Array<MessagesEvent | AnthropicErrorBody> {
  return answer.frames.map(({ event, data = '' }) => {
    const value = JSON.parse(data) as MessagesEvent | AnthropicErrorBody;
    if (event !== value.type) throw new Error(`An event named ${event} has the type ${value.type}`);
    return value;
  });
}

/** What a client makes of a stream's events, as @anthropic-ai/sdk does. @throws Error for events out of order */
export function readStream(answer: Answer): Message {
  const events = eventsOf(answer);
  const opened = first(events);
  if (opened.type !== 'message_start') throw new Error('The stream does not begin with message_start');
  const reader = new MessageReader(opened.message);
  for (const event of events.slice(1)) reader.read(event);
  if (events.at(-1)?.type !== 'message_stop') throw new Error('The stream does not end with message_stop');
  return reader.finish();
}

type Delta = Extract<MessagesEvent, { type: 'content_block_delta' }>['delta'];

class MessageReader {
  private readonly inputs = new Map<OutputBlock, string>();
  private isOpen = false;

  constructor(private readonly message: Message) {}

  read(event: MessagesEvent | AnthropicErrorBody): void {
    if (event.type === 'message_start' || event.type === 'error') throw new Error(`Unexpected ${event.type}`);
    if (event.type === 'message_delta') Object.assign(this.message, event.delta, { usage: event.usage });
    if (!('index' in event)) return;
    const { content } = this.message;
    const begins = event.type === 'content_block_start';
    if (begins === this.isOpen || event.index !== content.length - (begins ? 0 : 1)) throw new Error('Out of order');
    if (begins) content.push(event.content_block);
    else if (event.type === 'content_block_delta') this.add(content.at(-1), event.delta);
    this.isOpen = event.type !== 'content_block_stop';
  }

  /** The inputs of calls are JSON as soon as they are whole. */
  finish(): Message {
    for (const [block, text] of this.inputs) Object.assign(block, { input: JSON.parse(text) as unknown });
    return this.message;
  }

  private add(block: OutputBlock | undefined, delta: Delta): void {
    const [type, name] = PLACES[delta.type];
    if (block?.type !== type) throw new Error(`A ${delta.type} in a block of type ${block?.type}`);
    const [, text = ''] = Object.entries(delta).find(([key]) => key !== 'type') ?? [];
    if (name === 'input') this.inputs.set(block, (this.inputs.get(block) ?? '') + text);
    else Object.assign(block, { [name]: String(Reflect.get(block, name)) + text });
  }
}

/** In which block each delta belongs, and to which of its members it adds. */
const PLACES = {
  text_delta: ['text', 'text'],
  thinking_delta: ['thinking', 'thinking'],
  signature_delta: ['thinking', 'signature'],
  input_json_delta: ['tool_use', 'input'],
} as const satisfies Record<Delta['type'], readonly [OutputBlock['type'], string]>;
