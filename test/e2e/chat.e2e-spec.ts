import { CHAT, MODEL, startGateway, type TestGateway } from '../support/gateway.js';

/** The captured GLM answer of wire.md 1.4. */
const GLM_TOOL_ANSWER =
  '{"id":"chatcmpl-d89ba80c-26b3-442c-ac3c-d7e94a99c484","choices":[{"finish_reason":"tool_calls","index":0,"message":{"reasoning":"I should call it.","tool_calls":[{"function":{"name":"nonUsefulTool","arguments":"{}"},"type":"function","id":"85e4fd267"}],"role":"assistant"}}],"created":1779146781,"model":"zai-glm-4.7","system_fingerprint":"fp_a33c042689e969567008","object":"chat.completion","usage":{"total_tokens":387,"completion_tokens":65,"completion_tokens_details":{"accepted_prediction_tokens":0,"rejected_prediction_tokens":0,"reasoning_tokens":58},"prompt_tokens":322,"prompt_tokens_details":{"cached_tokens":256}},"time_info":{"created":1779146781.786984,"queue_time":0.002922005,"prompt_time":0.010518105,"completion_time":0.118095092,"total_time":0.13299274444580078}}';

const user = (content: unknown) => ({ role: 'user', content });
const PNG = `data:image/png;base64,${Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').toString('base64')}`;

describe('Chat', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway({ env: { ASBRU_MAX_RETRIES: '0' } });
  });

  afterAll(() => gateway.close());
  beforeEach(() => gateway.reset());

  const answerWith = (body: unknown): void =>
    gateway.sandbox.script({ kind: 'raw-body', body: typeof body === 'string' ? body : JSON.stringify(body) });
  const answerWithMessage = (message: unknown, rest: Record<string, unknown> = {}): void =>
    answerWith({
      id: 'chatcmpl-1',
      choices: [{ finish_reason: 'stop', index: 0, message, ...rest }],
      created: 1,
      model: 'm',
      object: 'chat.completion',
      usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
    });

  describe('the answer', () => {
    it('has what OpenAI requires, and says who made it', async () => {
      const answer = await gateway.chat();
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
      expect(answer.headers).toMatchObject({ 'x-asbru-provider': 'cerebras', 'x-asbru-model': 'gpt-oss-120b' });
      expect(answer.completion).toMatchObject({
        id: expect.stringMatching(/^chatcmpl-/),
        object: 'chat.completion',
        created: expect.any(Number),
        model: 'gpt-oss-120b',
        choices: [
          { index: 0, logprobs: null, finish_reason: 'stop', message: { role: 'assistant', content: 'hello' } },
        ],
        usage: {
          prompt_tokens: expect.any(Number),
          completion_tokens: expect.any(Number),
          total_tokens: expect.any(Number),
        },
      });
    });

    it('#25 the captured tool answer gets the keys that OpenAI always has, and keeps its ids', async () => {
      answerWith(GLM_TOOL_ANSWER);
      const answer = await gateway.chat();
      expect(answer.choice).toEqual({
        index: 0,
        finish_reason: 'tool_calls',
        logprobs: null,
        message: {
          role: 'assistant',
          content: null,
          refusal: null,
          reasoning: 'I should call it.',
          reasoning_content: 'I should call it.',
          tool_calls: [{ id: '85e4fd267', type: 'function', function: { name: 'nonUsefulTool', arguments: '{}' } }],
        },
      });
      const captured = JSON.parse(GLM_TOOL_ANSWER) as Record<string, unknown>;
      const { usage, time_info, system_fingerprint, id, created } = captured;
      expect(answer.json()).toMatchObject({ usage, time_info, system_fingerprint, id, created });
    });

    it('#26 reasoning stands under both names and leaves the content alone', async () => {
      const { message } = (await gateway.chat()).choice;
      expect(message.reasoning).toEqual(expect.stringMatching(/./));
      expect(message.reasoning_content).toBe(message.reasoning);
      expect(message.content).toBe('hello');
    });

    it('#26 without reasoning neither name is there', async () => {
      const { message } = (await gateway.chat({ model: 'cerebras/llama-3.3-70b' })).choice;
      expect(message).toEqual({ role: 'assistant', content: expect.any(String), refusal: null });
    });

    it('#27 a usage without details is passed on as it is', async () => {
      const answer = await gateway.chat({ model: 'cerebras/llama-3.3-70b' });
      expect(Object.keys(answer.completion.usage ?? {}).toSorted()).toEqual([
        'completion_tokens',
        'prompt_tokens',
        'total_tokens',
      ]);
    });

    it('#27 no usage at all is not invented', async () => {
      answerWith({
        id: 'x',
        choices: [{ index: 0, message: { role: 'assistant', content: 'a' }, finish_reason: 'stop' }],
      });
      const answer = await gateway.chat();
      expect(answer.status).toBe(200);
      expect(answer.json()).not.toHaveProperty('usage');
      expect(answer.completion).toMatchObject({
        object: 'chat.completion',
        created: expect.any(Number),
        model: 'gpt-oss-120b',
      });
    });

    it.each([null, 'done', undefined, 17])('#50 the finish reason %j becomes stop', async (finish_reason) => {
      answerWithMessage({ role: 'assistant', content: 'x' }, { finish_reason });
      expect((await gateway.chat()).choice.finish_reason).toBe('stop');
    });

    it('#51 tool ids that repeat are made unique', async () => {
      const call = { id: 'call_0', type: 'function', function: { name: 'f', arguments: '{}' } };
      answerWithMessage(
        { role: 'assistant', tool_calls: [call, call, { ...call, id: '' }] },
        { finish_reason: 'tool_calls' },
      );
      const ids = (await gateway.chat()).choice.message.tool_calls?.map(({ id }) => id) ?? [];
      expect(ids[0]).toBe('call_0');
      expect(new Set(ids).size).toBe(3);
      expect(ids.every((id) => id.length > 0)).toBe(true);
    });

    it('#51 tool results still find their calls when ids repeat over turns', async () => {
      const turn = (id: string) => ({
        role: 'assistant',
        tool_calls: [{ id, type: 'function', function: { name: 'f', arguments: '{}' } }],
      });
      const result = (content: string) => ({ role: 'tool', tool_call_id: 'call_0', content });
      const messages = [user('a'), turn('call_0'), result('1'), user('b'), turn('call_0'), result('2')];
      expect((await gateway.chat({ messages })).status).toBe(200);
      expect(gateway.sentBody.messages).toEqual(messages);
    });
  });

  describe('messages', () => {
    it.each([
      ['cerebras/qwen-3.8-27b', 'system'],
      ['cerebras/zai-glm-4.7', 'system'],
      ['cerebras/gpt-oss-120b', 'developer'],
    ])('#28 the role developer at %s is sent as %s', async (model, role) => {
      const answer = await gateway.chat({ model, messages: [{ role: 'developer', content: 'Be short.' }, user('Hi')] });
      expect(answer.status).toBe(200);
      expect(gateway.sentBody.messages).toEqual([{ role, content: 'Be short.' }, user('Hi')]);
    });

    it('#29 system messages in a row become one at qwen, in order', async () => {
      const messages = [
        { role: 'system', content: 'one' },
        { role: 'developer', content: [{ type: 'text', text: 'two' }] },
        { role: 'system', content: 'three' },
        user('Hi'),
        { role: 'system', content: 'four' },
        user('Hi'),
      ];
      expect((await gateway.chat({ model: 'cerebras/qwen-3.8-27b', messages })).status).toBe(200);
      expect(gateway.sentBody.messages).toEqual([
        { role: 'system', content: 'one\n\ntwo\n\nthree' },
        user('Hi'),
        { role: 'system', content: 'four' },
        user('Hi'),
      ]);
    });

    it('#30 content parts of every role are sent in a form that the upstream takes', async () => {
      const text = (value: string) => ({ type: 'text', text: value });
      const call = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } };
      const answer = await gateway.chat({
        messages: [
          { role: 'system', content: [text('s')] },
          user([text('a'), text('b')]),
          { role: 'assistant', content: [text('c'), { type: 'refusal', refusal: 'no' }], tool_calls: [call] },
          { role: 'tool', tool_call_id: 'c1', content: [text('r')] },
        ],
      });
      expect(answer.status).toBe(200);
      expect(gateway.sentBody.messages).toEqual([
        { role: 'system', content: [text('s')] },
        user([text('a'), text('b')]),
        { role: 'assistant', content: [text('c'), text('no')], tool_calls: [call] },
        { role: 'tool', tool_call_id: 'c1', content: [text('r')] },
      ]);
    });

    it.each([
      ['an empty list of messages', [], 'messages'],
      ['an empty list of parts', [user([])], 'messages[0].content'],
      ['a part without a type', [user([{ text: 'a' }])], 'messages[0].content[0].type'],
      ['a text part without text', [user([{ type: 'text' }])], 'messages[0].content[0].text'],
      ['a part of an unknown type', [user([{ type: 'video' }])], 'messages[0].content[0].type'],
      [
        'audio',
        [user([{ type: 'input_audio', input_audio: { data: '', format: 'wav' } }])],
        'messages[0].content[0].type',
      ],
      ['an unknown role', [{ role: 'robot', content: 'a' }], 'messages[0].role'],
      ['no role', [{ content: 'a' }], 'messages[0].role'],
      ['no content', [{ role: 'user' }], 'messages[0].content'],
      ['content null of a user', [user(null)], 'messages[0].content'],
      ['a number as content', [user(7)], 'messages[0].content'],
      ['a message that is text', ['hello'], 'messages[0]'],
      ['a tool message without its call', [{ role: 'tool', content: 'x' }], 'messages[0].tool_call_id'],
      ['a large number as a message', '[12345678901234567890]', 'messages[0]'],
    ])('#30 %s is 400 and named by its path', async (_, messages, param) => {
      const body = `{"model":"${MODEL}","messages":${typeof messages === 'string' ? messages : JSON.stringify(messages)}}`;
      const answer = await gateway.post('/v1/chat/completions', body);
      expect(answer.status).toBe(400);
      expect(answer.error).toMatchObject({ type: 'invalid_request_error', param });
      expect(gateway.sent).toHaveLength(0);
    });

    it('#31 a base64 image goes to a model that sees', async () => {
      const content = [
        { type: 'text', text: 'What is it?' },
        { type: 'image_url', image_url: { url: PNG, detail: 'low' } },
      ];
      const answer = await gateway.chat({ model: 'cerebras/qwen-3.8-27b', messages: [user(content)] });
      expect(answer.status).toBe(200);
      expect(gateway.sentBody.messages).toEqual([user(content)]);
    });

    it.each([
      ['an https image', 'cerebras/qwen-3.8-27b', 'user', 'https://example.com/a.png', 'invalid_image_url'],
      ['no data URI', 'cerebras/qwen-3.8-27b', 'user', 'hello', 'invalid_image_url'],
      ['an image for a model that does not see', 'cerebras/gpt-oss-120b', 'user', PNG, 'unsupported_image_input'],
      ['an image in a system message', 'cerebras/qwen-3.8-27b', 'system', PNG, 'invalid_value'],
      ['an image of an assistant', 'cerebras/qwen-3.8-27b', 'assistant', PNG, 'invalid_value'],
    ])('#31 %s is 400', async (_, model, role, url, code) => {
      const answer = await gateway.chat({
        model,
        messages: [{ role, content: [{ type: 'image_url', image_url: { url } }] }, user('Hi')],
      });
      expect(answer.status).toBe(400);
      expect(answer.error).toMatchObject({ type: 'invalid_request_error', code });
      expect(gateway.sent).toHaveLength(0);
    });

    it('#31 more images than the upstream takes are 400', async () => {
      const image = { type: 'image_url', image_url: { url: PNG } };
      const messages = [user([image, image, image]), user([image, image, image])];
      const answer = await gateway.chat({ model: 'cerebras/qwen-3.8-27b', messages });
      expect(answer.status).toBe(400);
      expect(gateway.sent).toHaveLength(0);
    });

    it('#39 the history of other SDKs is cleaned, and reasoning kept', async () => {
      const answer = await gateway.chat({
        messages: [
          user('Hi'),
          {
            role: 'assistant',
            content: 'Hello',
            reasoning_content: 'I greet.',
            refusal: null,
            annotations: [],
            audio: null,
            function_call: null,
            tool_calls: null,
          },
          user('And?'),
          { role: 'assistant', content: 'So', reasoning: 'I go on.', reasoning_content: 'other' },
          user([{ type: 'text', text: 'More', cache_control: { type: 'ephemeral' } }]),
          { role: 'assistant', content: null, refusal: 'I cannot.' },
          user('Why?'),
        ],
      });
      expect(answer.status).toBe(200);
      expect(gateway.sentBody.messages).toEqual([
        user('Hi'),
        { role: 'assistant', content: 'Hello', reasoning: 'I greet.' },
        user('And?'),
        { role: 'assistant', content: 'So', reasoning: 'I go on.' },
        user([{ type: 'text', text: 'More' }]),
        { role: 'assistant', content: 'I cannot.' },
        user('Why?'),
      ]);
    });

    it('#39 what is taken out of messages is named', async () => {
      const answer = await gateway.chat({
        messages: [{ ...user('Hi'), id: 'msg_1', cache_control: { type: 'ephemeral' } }],
      });
      expect(answer.filtered.toSorted()).toEqual(['messages.cache_control', 'messages.id']);
      expect(gateway.sentBody.messages).toEqual([user('Hi')]);
    });

    it.each([null, ''])('#47 content %j beside tool calls is left out', async (content) => {
      const tool_calls = [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }];
      const messages = [
        user('a'),
        { role: 'assistant', content, tool_calls },
        { role: 'tool', tool_call_id: 'c1', content: 'r' },
      ];
      expect((await gateway.chat({ messages })).status).toBe(200);
      expect(gateway.sentBody.messages).toEqual([messages[0], { role: 'assistant', tool_calls }, messages[2]]);
    });

    it('#13 a context that is too long is told with its code', async () => {
      const answer = await gateway.chat({ messages: [user('word '.repeat(200_000))] });
      expect(answer.status).toBe(400);
      expect(answer.error).toMatchObject({ code: 'context_length_exceeded', param: 'messages' });
    });

    it('the conversation arrives character for character', async () => {
      const messages = [user('é 😀 \u2028 \u0000 "q" \\ </script> \ud800 end')];
      expect((await gateway.chat({ messages })).status).toBe(200);
      expect(gateway.sentBody.messages).toEqual(messages);
    });
  });

  describe('models', () => {
    it.each([
      ['cerebras/gpt-oss-120b', 'gpt-oss-120b'],
      ['gpt-oss-120b', 'gpt-oss-120b'],
      ['cerebras/llama-3.3-70b', 'llama-3.3-70b'],
      ['cerebras/llama-3.2-90b', 'llama-3.2-90b'],
      ['cerebras/llama-3-8b', 'llama-3-8b'],
    ])('%s is sent as %s', async (model, sent) => {
      const answer = await gateway.chat({ model });
      expect(answer.status).toBe(200);
      expect(gateway.sentBody.model).toBe(sent);
      expect(answer.headers['x-asbru-model']).toBe(sent);
    });

    it.each(['Ωmega', 'a b', '\ud800', '😀'])('a model named %j that the upstream knows is answered', async (name) => {
      answerWithMessage({ role: 'assistant', content: 'x' });
      const answer = await gateway.chat({ model: `cerebras/${name}` });
      expect(answer.status).toBe(200);
      expect(answer.headers['x-asbru-model']).toEqual(expect.any(String));
    });

    it.each([
      ['no model', { messages: CHAT.messages }, 'missing_required_parameter'],
      ['model null', { ...CHAT, model: null }, 'missing_required_parameter'],
      ['a number', { ...CHAT, model: 5 }, 'invalid_type'],
      ['an empty name', { ...CHAT, model: '' }, 'string_below_min_length'],
      ['a name that is too long', { ...CHAT, model: `cerebras/${'x'.repeat(300)}` }, 'string_above_max_length'],
    ])('%s is 400 and names `model`', async (_, body, code) => {
      const answer = await gateway.post('/v1/chat/completions', body);
      expect(answer.status).toBe(400);
      expect(answer.error).toMatchObject({ param: 'model', code });
    });
  });

  describe('the log', () => {
    it('has one line for each request, without its words and without keys', async () => {
      const answer = await gateway.chat(
        { messages: [user('my secret words')], user: 'alice', store: true },
        { authorization: 'Bearer sk-caller-key' },
      );
      const line = await gateway.log.lineOf(answer.headers['x-request-id']);
      expect(line).toMatchObject({
        route: '/v1/chat/completions',
        status: 200,
        provider: 'cerebras',
        model: 'gpt-oss-120b',
        attempts: 1,
        upstream_request_id: answer.completion.id,
        finish_reason: 'stop',
        input_tokens: answer.completion.usage?.prompt_tokens,
        output_tokens: answer.completion.usage?.completion_tokens,
        filtered_params: ['store'],
        duration_ms: expect.any(Number),
      });
      const log = gateway.log.lines.join('');
      expect(log).not.toMatch(/my secret words|alice|sk-caller-key|csk-/);
      expect(gateway.log.lines).toHaveLength(1);
    });

    it('says why a request failed and whose fault it was', async () => {
      gateway.sandbox.script({ kind: 'status', status: 503 });
      const answer = await gateway.chat();
      const line = await gateway.log.lineOf(answer.headers['x-request-id']);
      expect(line).toMatchObject({ status: 503, error: { code: 'upstream_unavailable', fault: 'upstream' } });
    });

    it('says the tokens of a stream, and how it ended', async () => {
      const answer = await gateway.chat({ stream: true });
      const line = await gateway.log.lineOf(answer.headers['x-request-id']);
      expect(line).toMatchObject({
        status: 200,
        finish_reason: 'stop',
        output_tokens: expect.any(Number),
        time_to_first_token_ms: expect.any(Number),
      });
    });
  });
});
