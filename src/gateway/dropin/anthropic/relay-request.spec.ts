import type { MessagesRequest } from '../../anthropic/messages.types.js';
import { GATEWAY_SIGNATURE } from './from-chat/signature.js';
import { relayRequest } from './relay-request.js';

const request: MessagesRequest = {
  model: 'claude-sonnet-4-5',
  max_tokens: 10,
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } }] }],
  fallbacks: ['cerebras/gpt-oss-120b'],
  future_field: { a: 1 },
};

describe('a relayed request', () => {
  it('is the caller’s own body but for what the gateway reads', () => {
    const { fallbacks: _fallbacks, ...body } = request;
    const relayed = relayRequest(request, {});
    expect(relayed).toEqual({ dialect: 'messages', model: 'claude-sonnet-4-5', body, headers: {} });
    expect(relayed.body.messages).toBe(request.messages);
  });

  it('has the headers of Anthropic’s API and no others', () => {
    const headers = {
      'anthropic-version': '2023-06-01',
      'anthropic-beta': 'a,b',
      'x-api-key': 'secret',
      authorization: 'Bearer secret',
      cookie: 'c',
      'x-app': 'cli',
    };
    expect(relayRequest(request, headers).headers).toEqual({
      'anthropic-version': '2023-06-01',
      'anthropic-beta': 'a,b',
    });
  });

  it('has no thoughts that another model had, which Anthropic would refuse', () => {
    const own = { type: 'thinking', thinking: 'hm', signature: GATEWAY_SIGNATURE };
    const signed = { type: 'thinking', thinking: 'hm', signature: 'EqQBCg' };
    const text = { type: 'text', text: 'Hi' };
    const messages: MessagesRequest['messages'] = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: [own, signed, text] },
      { role: 'assistant', content: [own] },
    ];
    expect(relayRequest({ ...request, messages }, {}).body.messages).toEqual([
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: [signed, text] },
    ]);
  });
});
