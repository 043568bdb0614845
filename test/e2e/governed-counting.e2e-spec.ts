import { bearer, Governed, micros } from '../support/governed.js';
import { RecordingUpstream } from '../support/recording-upstream.js';

const TEXT = 'x'.repeat(401);
const SAY = 'word '.repeat(80).trim();
const USER = [{ role: 'user', content: SAY }];
const CHOICE = { index: 0, finish_reason: 'stop' };
const ABOUT = { id: 'a-1', created: 1_780_179_233, model: 'gpt-4o-mini' };

/** By path: what an upstream answers that counts nothing. */
const ANSWERS: Readonly<Record<string, unknown>> = {
  '/v1/chat/completions': {
    ...ABOUT,
    object: 'chat.completion',
    choices: [{ ...CHOICE, message: { role: 'assistant', content: TEXT } }],
  },
  '/v1/completions': { ...ABOUT, object: 'text_completion', choices: [{ ...CHOICE, text: TEXT, logprobs: null }] },
  '/v1/embeddings': { object: 'list', model: 'm', data: [{ object: 'embedding', index: 0, embedding: [0.5] }] },
};

describe('What an upstream does not count itself', () => {
  let governed: Governed;
  let upstream: RecordingUpstream;

  beforeAll(async () => {
    upstream = await RecordingUpstream.start();
    upstream.answer = ({ path, json }) => {
      if (json?.['stream'] !== true) return { body: ANSWERS[path.startsWith('/v1') ? path : `/v1${path}`] };
      const chunk = { ...ABOUT, object: 'chat.completion.chunk' };
      const events = [
        { ...chunk, choices: [{ index: 0, delta: { role: 'assistant', content: TEXT }, finish_reason: null }] },
        { ...chunk, choices: [{ ...CHOICE, delta: {} }] },
      ];
      const lines = [...events.map((event) => JSON.stringify(event)), '[DONE]'].map((data) => `data: ${data}\n\n`);
      return { headers: { 'content-type': 'text/event-stream' }, body: lines.join('') };
    };
    governed = await Governed.start({
      providers: { own: { type: 'openai', baseUrl: upstream.origin, settings: { retries: { max: 0 } } } },
    });
    const rates = { input_usd_per_million: '1.00', output_usd_per_million: '10.00' };
    await governed.make('prices/overrides', { provider: 'own', model: '*', ...rates });
  });
  afterAll(async () => {
    await governed.close();
    await upstream.close();
  });

  it.each([
    ['a whole answer of chat', '/v1/chat/completions', { messages: USER }, 101],
    ['a streamed one', '/v1/chat/completions', { messages: USER, stream: true }, 101],
    ['a completion', '/v1/completions', { prompt: SAY }, 101],
    ['embeddings', '/v1/embeddings', { input: SAY }, 0],
  ])('is counted at four characters a token, prompt and answer: %s', async (_, path, body, output) => {
    const key = await governed.keyWith({ amount_usd: '5.00' });
    const model = path === '/v1/embeddings' ? 'own/text-embedding-3-small' : 'own/gpt-4o-mini';
    const answer = await governed.gateway.post(path, { model, ...body }, bearer(key.key));
    expect([answer.status, answer.text.slice(0, 300)]).toEqual([200, expect.any(String)]);
    const input = Math.ceil(SAY.length / 4);
    const [record] = await governed.records(1, key);
    expect(record).toMatchObject({
      outcome: 'ok',
      usage_source: 'counted',
      input_tokens: input,
      output_tokens: output,
      cost_micros: input + output * 10,
    });
    expect(micros((await governed.settled(key)).spent_usd)).toBe(input + output * 10);
  });
});
