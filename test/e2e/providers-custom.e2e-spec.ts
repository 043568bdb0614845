import { Accumulated } from '../support/answer.js';
import { Fleet } from '../support/fleet.js';
import { SSE } from '../support/raw-upstream.js';
import { usage } from '../support/recordings/recording.js';
import { RecordingUpstream } from '../support/recording-upstream.js';

const whole = (message: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  id: 'c1',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: 'stop' }],
  usage: usage(3, 2),
  ...more,
});
const HI = whole({ content: 'Hi.' });
const LIST = {
  object: 'list',
  data: [
    { id: 'grok-x', object: 'model', created: 5, owned_by: 'acme' },
    { id: 'vendor/large', object: 'model', created: 6, owned_by: 'acme' },
  ],
};

describe('providers of the file’s own making', () => {
  let upstream: RecordingUpstream;
  let fleet: Fleet;

  beforeAll(async () => {
    upstream = await RecordingUpstream.start();
    const at = (path: string) => upstream.origin + path;
    upstream.answer = ({ method }) => ({ body: method === 'GET' ? LIST : HI });
    fleet = await Fleet.start({
      providers: {
        plain: { baseUrl: at(''), settings: { type: 'openai-compatible', retries: { max: 0 } } },
        deep: { baseUrl: at('/api/v2/'), settings: { type: 'openai-compatible' } },
        open: { baseUrl: at('/v1'), settings: { type: 'openai-compatible', keys: undefined } },
        // Ten lines of YAML.
        acme: {
          baseUrl: at('/llm'),
          settings: {
            type: 'openai-compatible',
            headers: { 'HTTP-Referer': 'https://app.example', 'X-Title': 'A b' },
            profile: {
              operations: ['chat', 'embeddings'],
              paths: { chat: '/generate?beta=1' },
              auth: { header: 'X-Key' },
              unknown: 'filter',
              pass: ['min_p'],
              filter: ['logit_bias'],
              rename: { seed: 'random_seed' },
              token_limit: 'max_tokens',
              efforts: { low: 'small', high: 'large' },
              reasoning_history: 'reasoning',
              stream_options: false,
              think_tags: true,
              usage_path: 'meta.tokens',
              statuses: { 420: 'busy' },
            },
          },
        },
        azure: {
          baseUrl: at('/openai/v1/'),
          settings: { type: 'azure-openai', deployments: { 'gpt-5-mini': 'my mini' } },
        },
        'azure-classic': {
          baseUrl: at('/openai'),
          settings: { type: 'azure-openai', api_version: '2024-10-21', deployments: { 'gpt-4o': 'dep/1' } },
        },
        'azure-preview': { baseUrl: at(''), settings: { type: 'azure-openai', api_version: 'preview' } },
      },
    });
    await fleet.gateway.get('/v1/models');
  });
  afterAll(async () => {
    await fleet.close();
    await upstream.close();
  });
  beforeEach(() => {
    upstream.answer = ({ method }) => ({ body: method === 'GET' ? LIST : HI });
  });

  describe('where they are', () => {
    it.each([
      ['plain/acme/large', '/v1/chat/completions', 'acme/large'],
      ['deep/m', '/api/v2/chat/completions', 'm'],
      ['open/m', '/v1/chat/completions', 'm'],
      ['acme/m', '/llm/generate?beta=1', 'm'],
      ['azure/gpt-5-mini', '/openai/v1/chat/completions', 'my mini'],
      ['azure/other', '/openai/v1/chat/completions', 'other'],
      ['azure-preview/d', '/openai/v1/chat/completions?api-version=preview', 'd'],
      ['azure-classic/gpt-4o', '/openai/deployments/dep%2F1/chat/completions?api-version=2024-10-21', 'dep/1'],
      ['azure-classic/o5', '/openai/deployments/o5/chat/completions?api-version=2024-10-21', 'o5'],
    ])('%s is asked at %s', async (model, path, id) => {
      expect((await fleet.gateway.chat({ model })).status).toBe(200);
      expect(upstream.last.path).toBe(path);
      expect(upstream.last.json).toMatchObject({ model: id });
    });

    it('is also where text completions are', async () => {
      upstream.answer = () => ({ body: { ...HI, choices: [{ index: 0, text: 'b', finish_reason: 'stop' }] } });
      const answer = await fleet.gateway.text({ model: 'azure-classic/d', prompt: 'a', suffix: 'c' });
      expect(answer.textCompletion.choices[0]).toMatchObject({ text: 'b', finish_reason: 'stop' });
      expect(upstream.last.path).toBe('/openai/deployments/d/completions?api-version=2024-10-21');
      expect(upstream.last.json).toMatchObject({ prompt: 'a', suffix: 'c' });
    });

    it('refuses what the profile does not have', async () => {
      const answer = await fleet.gateway.text({ model: 'acme/m', prompt: 'a' });
      expect(answer.status).toBe(400);
      expect(answer.error).toMatchObject({ message: 'text completion is not supported by the acme provider' });
    });
  });

  describe('their headers', () => {
    it('are those of the profile and of the file', async () => {
      await fleet.gateway.chat({ model: 'acme/m' });
      expect(upstream.last.headers).toMatchObject({
        'x-key': 'csk-acme-main',
        'http-referer': 'https://app.example',
        'x-title': 'A b',
        'user-agent': 'asbru',
      });
      expect(upstream.last.headers).not.toHaveProperty('authorization');
    });

    it('hold no key where there is none', async () => {
      await fleet.gateway.chat({ model: 'open/m' }, { authorization: 'Bearer of-the-caller' });
      expect(upstream.last.headers).not.toHaveProperty('authorization');
      expect(JSON.stringify(upstream.last.headers)).not.toContain('of-the-caller');
    });

    it('hold the key alone for Azure', async () => {
      await fleet.gateway.chat({ model: 'azure/x' });
      expect(upstream.last.headers).toMatchObject({ 'api-key': 'csk-azure-main' });
      expect(upstream.last.headers).not.toHaveProperty('authorization');
    });
  });

  it('take parameters as the file says', async () => {
    const answer = await fleet.gateway.chat({
      model: 'acme/m',
      seed: 4,
      min_p: 0.1,
      nonsense: 1,
      logit_bias: { 1: 1 },
      max_completion_tokens: 8,
      reasoning_effort: 'high',
      stream: false,
    });
    expect(answer.filtered.toSorted()).toEqual(['logit_bias', 'nonsense']);
    expect(upstream.last.json).toEqual({
      model: 'm',
      messages: [{ role: 'user', content: 'Say: hello' }],
      stream: false,
      random_seed: 4,
      min_p: 0.1,
      max_tokens: 8,
      reasoning_effort: 'large',
    });
    const medium = await fleet.gateway.chat({ model: 'acme/m', reasoning_effort: 'medium' });
    expect(medium.filtered).toEqual(['reasoning_effort']);
  });

  it('answer with reasoning between tags, and usage elsewhere', async () => {
    const { usage: counted, ...rest } = whole({ content: '<think>\nHm.</think>\n\nHi.' });
    upstream.answer = () => ({ body: { ...rest, meta: { tokens: counted } } });
    const answer = await fleet.gateway.chat({ model: 'acme/m' });
    expect(answer.choice.message).toMatchObject({ content: 'Hi.', reasoning: 'Hm.', reasoning_content: 'Hm.' });
    expect(answer.completion.usage).toEqual(counted);
  });

  it('stream reasoning between tags that are cut anywhere, without [DONE]', async () => {
    const pieces = ['<th', 'ink>', '\nH', 'm.</thi', 'nk>\n', '\nHi', '.'];
    const frames = [
      ...pieces.map((content) => ({ choices: [{ index: 0, delta: { content } }] })),
      { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], meta: { tokens: usage(3, 2) } },
    ].map((chunk) => `data: ${JSON.stringify({ id: 'c', model: 'm', created: 1, ...chunk })}\n\n`);
    upstream.answer = () => ({ headers: SSE, body: frames.join('') });
    const answer = await fleet.gateway.chat({ model: 'acme/m', stream: true, stream_options: { include_usage: true } });
    expect(new Accumulated(answer.chunks)).toMatchObject({ content: 'Hi.', reasoning: 'Hm.', finish: 'stop' });
    expect(answer.chunks.at(-1)?.usage).toEqual(usage(3, 2));
    expect(answer.endsWithDone).toBe(true);
    expect(upstream.last.json).not.toHaveProperty('stream_options');
  });

  describe('their failures', () => {
    it.each([
      ['a status with another meaning', 'acme', 420, { error: 'Enhance your calm' }, 429, 'rate_limit_exceeded'],
      [
        'an error with status 200',
        'plain',
        200,
        { error: { code: 429, message: 'Slow down' } },
        429,
        'rate_limit_exceeded',
      ],
      [
        'an error in a choice',
        'plain',
        200,
        { choices: [{ error: { code: 502, message: 'Gone' }, finish_reason: 'error' }] },
        502,
        'upstream_error',
      ],
      [
        'a finish reason that is a failure',
        'plain',
        200,
        { ...HI, choices: [{ index: 0, message: { content: 'Hi' }, finish_reason: 'insufficient_system_resource' }] },
        502,
        'upstream_error',
      ],
      [
        'FastAPI’s list',
        'plain',
        422,
        { detail: [{ loc: ['body', 'messages', 0, 'content'], msg: 'Field required' }] },
        400,
        'invalid_request',
      ],
      [
        'a list of errors',
        'plain',
        400,
        [{ error: { code: 400, message: 'Bad', status: 'INVALID_ARGUMENT' } }],
        400,
        'invalid_request',
      ],
      [
        'a content filter of Azure',
        'plain',
        400,
        {
          error: {
            code: 'content_filter',
            message: 'Filtered',
            param: 'prompt',
            status: 400,
            innererror: { code: 'ResponsibleAIPolicyViolation' },
          },
        },
        400,
        'content_filter',
      ],
      ['HTML', 'plain', 400, '<html><body>nginx</body></html>', 400, 'invalid_request'],
    ])('%s', async (name, provider, status, body, shown, code) => {
      upstream.answer = () => ({ status, body });
      // A model of its own: a limit makes the gateway leave that of the test before alone for a while.
      const answer = await fleet.gateway.chat({ model: `${provider}/${name.replaceAll(' ', '-')}` });
      expect(answer.status).toBe(shown);
      expect(answer.error.code).toBe(code);
      expect(answer.text).not.toContain('nginx');
    });

    it('end a stream without a success mark', async () => {
      const frames = [
        { choices: [{ index: 0, delta: { role: 'assistant', content: 'Hal' } }] },
        {
          choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
          error: { code: 502, message: 'Provider disconnected' },
        },
      ].map((chunk) => `data: ${JSON.stringify({ id: 'c', model: 'm', created: 1, ...chunk })}\n\n`);
      upstream.answer = () => ({ headers: SSE, body: `${frames.join('')}data: [DONE]\n\n` });
      const answer = await fleet.gateway.chat({ model: 'deep/m', stream: true });
      expect(answer.chunks.at(-1)).toMatchObject({ error: { message: 'Provider disconnected' } });
      expect(answer.text).not.toContain('[DONE]');
      expect(answer.text).toContain('"content":"Hal"');
    });
  });

  describe('their models', () => {
    it('are all listed', async () => {
      const { data } = (await fleet.gateway.get('/v1/models')).json() as { data: { id: string }[] };
      const ids = data.map(({ id }) => id);
      expect(ids).toEqual(
        expect.arrayContaining([
          'plain/grok-x',
          'plain/vendor/large',
          'deep/grok-x',
          'azure/gpt-5-mini',
          'azure-classic/gpt-4o',
        ]),
      );
      // Its profile has no list.
      expect(ids.filter((id) => id.startsWith('acme/'))).toEqual([]);
    });

    it('are found by bare ids that only one provider has, slashes or not', async () => {
      expect((await fleet.gateway.chat({ model: 'gpt-4o' })).headers['x-asbru-provider']).toBe('azure-classic');
      const ambiguous = await fleet.gateway.chat({ model: 'vendor/large' });
      expect(ambiguous.status).toBe(400);
      expect(ambiguous.error.message).toContain('plain/vendor/large');
    });
  });
});
