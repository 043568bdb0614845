import { Fleet } from '../support/fleet.js';
import { RecordingUpstream } from '../support/recording-upstream.js';

const COMPLETION = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'gpt-5-mini-2026-01-01',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Hello.', refusal: null },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
};

describe('providers that are profiles', () => {
  let upstream: RecordingUpstream;
  let fleet: Fleet;

  beforeAll(async () => {
    upstream = await RecordingUpstream.start();
    fleet = await Fleet.start({
      providers: {
        openai: { baseUrl: `${upstream.origin}/v1`, settings: { type: 'openai' } },
        plain: { baseUrl: upstream.origin, settings: { type: 'openai-compatible' } },
        deep: { baseUrl: `${upstream.origin}/api/v2/`, settings: { type: 'openai-compatible' } },
      },
    });
  });
  afterAll(async () => {
    await fleet.close();
    await upstream.close();
  });
  beforeEach(() => {
    upstream.answer = () => ({ body: COMPLETION });
  });

  it.each([
    ['openai/gpt-5-mini', '/v1/chat/completions', 'gpt-5-mini'],
    ['plain/acme/large', '/v1/chat/completions', 'acme/large'],
    ['deep/m', '/api/v2/chat/completions', 'm'],
  ])('%s is asked at %s', async (model, path, id) => {
    const answer = await fleet.gateway.chat({ model });
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ model: COMPLETION.model, usage: COMPLETION.usage });
    expect(upstream.last.path).toBe(path);
    expect(upstream.last.json).toMatchObject({ model: id });
    expect(upstream.last.headers.authorization).toBe(`Bearer csk-${model.split('/')[0]}-main`);
  });

  it('filters what OpenAI does not know but other vendors do, and passes what it may have since yesterday', async () => {
    const answer = await fleet.gateway.chat({ model: 'openai/m', clear_thinking: true, brand_new: 1 });
    expect(answer.headers['x-asbru-filtered-params']).toBe('clear_thinking');
    expect(upstream.last.json).toMatchObject({ brand_new: 1 });
    expect(upstream.last.json).not.toHaveProperty('clear_thinking');
  });
});
