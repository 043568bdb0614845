import { Fleet } from '../support/fleet.js';

describe('smoke', () => {
  let fleet: Fleet;
  beforeAll(async () => {
    fleet = await Fleet.start({ providers: { anthropic: { type: 'anthropic' } } });
  });
  afterAll(() => fleet.close());
  it('works', async () => {
    const a = await fleet.gateway.chat({ model: 'claude-sonnet-4-5' });
    console.log(a.status, a.text, a.headers);
    const b = await fleet.gateway.chat({ model: 'claude-opus-5-5', stream: true, reasoning_effort: 'high', seed: 1 });
    console.log(b.status, b.text, b.headers);
    const c = await fleet.gateway.post('/anthropic/v1/messages', {
      model: 'claude-sonnet-4-5',
      max_tokens: 100,
      messages: [{ role: 'user', content: 'Say: hi' }],
      stream: true,
    });
    console.log(c.status, c.text, c.headers);
    const d = await fleet.gateway.get('/v1/models');
    console.log(d.status, d.text.slice(0, 600));
  });
});
