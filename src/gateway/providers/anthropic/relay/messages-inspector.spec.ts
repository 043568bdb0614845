import { inspectMessage, MessagesInspector } from './messages-inspector.js';

const START = {
  type: 'message_start',
  message: { model: 'claude-x-1', id: 'msg_1', content: [], usage: { input_tokens: 3, output_tokens: 1 } },
};
const send = (inspector: MessagesInspector, document: { type: string }, text = JSON.stringify(document)) =>
  inspector.event({ event: document.type, data: text });

describe('a relayed stream of message events', () => {
  it('changes nothing but the name of the model', () => {
    const text = JSON.stringify(START).replace('"msg_1"', '"msg_\\u0031", "x" : 1.0');
    const inspector = new MessagesInspector('anthropic', 'mine');
    expect(send(inspector, START, text)).toBe(text.replace('claude-x-1', 'mine'));
    expect(send(new MessagesInspector('anthropic', undefined), START)).toBeUndefined();
    expect(send(new MessagesInspector('anthropic', 'claude-x-1'), START)).toBeUndefined();
  });

  it('begins with the first piece of answer and ends with message_stop', () => {
    const inspector = new MessagesInspector('anthropic', undefined);
    const states = [
      START,
      { type: 'ping' },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'a' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'max_tokens' }, usage: { output_tokens: 9 } },
      { type: 'message_stop' },
    ].map((event) => {
      expect(send(inspector, event) === undefined || event === START).toBe(true);
      return [inspector.hasBegun, inspector.isFinished];
    });
    expect(states.map(([begun]) => begun)).toEqual([false, false, false, true, true, true, true]);
    expect(states.map(([, finished]) => finished)).toEqual([false, false, false, false, false, false, true]);
    expect([inspector.usage?.total_tokens, inspector.finishReason]).toEqual([12, 'length']);
  });

  it('takes the name of a called tool for a piece of answer', () => {
    const inspector = new MessagesInspector('anthropic', undefined);
    send(inspector, { type: 'content_block_start', content_block: { type: 'tool_use' } } as { type: string });
    expect(inspector.hasBegun).toBe(true);
  });

  it('fails at an error event and at what cannot be read', () => {
    const inspector = new MessagesInspector('anthropic', undefined);
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    expect(() => send(inspector, error)).toThrow('Overloaded');
    expect(() => send(inspector, START, '{"type":')).toThrow('cannot be read');
  });
});

describe('a relayed message', () => {
  const text =
    '{"content" : [{"type":"tool_use","id":"t","name":"f","input":{"model":"claude-x-1","n":1.0}}],"type":"message",' +
    '"model":"claude-x-1","stop_reason":"tool_use","usage":{"input_tokens":1,"output_tokens":2}}';

  it('changes nothing but the name of the model', () => {
    expect(inspectMessage('anthropic', text, 'mine').text).toBe(
      text.replace('"message","model":"claude-x-1"', '"message","model":"mine"'),
    );
    expect(inspectMessage('anthropic', text, undefined)).toEqual({
      text,
      usage: {
        prompt_tokens: 1,
        completion_tokens: 2,
        total_tokens: 3,
        prompt_tokens_details: { cached_tokens: 0 },
      },
      finishReason: 'tool_calls',
    });
  });

  it.each(['{}', '[]', 'no', '{"type":"error"}'])('is refused when it is none: %s', (none) => {
    expect(() => inspectMessage('anthropic', none, undefined)).toThrow('not a message');
  });
});
