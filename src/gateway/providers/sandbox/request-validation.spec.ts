import { SANDBOX_MODELS } from './sandbox-models.js';
import { SandboxRefusal } from './sandbox-refusal.js';
import { validateChat, validateCompletion } from './request-validation.js';

interface Refused {
  status: number;
  body: { message: string; type: string; param: string; code: string; id?: string };
}

function refusedBy(validate: (body: unknown) => unknown, body: unknown): Refused | undefined {
  try {
    validate(body);
    return undefined;
  } catch (error) {
    if (!(error instanceof SandboxRefusal)) throw error;
    return { status: error.status, body: error.body as Refused['body'] };
  }
}

const hello = [{ role: 'user', content: 'Hello' }];
const chat = (more: object = {}, model = 'gpt-oss-120b') => ({ model, messages: hello, ...more });
const chatWith = (...messages: object[]) => ({ model: 'gpt-oss-120b', messages });
const refuseChat = (body: unknown) => refusedBy(validateChat, body);
const refuseText = (body: unknown) => refusedBy(validateCompletion, body);
const tool = (name = 'f', more: object = {}) => ({ type: 'function', function: { name, ...more } });
const call = (id: string, name = 'f') => ({ id, type: 'function', function: { name, arguments: '{}' } });
const schemaFormat = (more: object = {}) => ({
  type: 'json_schema',
  json_schema: { name: 's', schema: { type: 'object', properties: {}, additionalProperties: false }, ...more },
});
const image = (url: string) => [{ type: 'image_url', image_url: { url } }];
const PNG =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

describe('unknown properties', () => {
  it.each([
    ['store', { store: true }],
    ['metadata', { metadata: {} }],
    ['safety_identifier', { safety_identifier: 'x' }],
    ['top_k', { top_k: 1 }],
    ['functions', { functions: [] }],
    ['modalities', { modalities: ['text'] }],
    ['verbosity', { verbosity: 'low' }],
    ['reasoning', { reasoning: { effort: 'low' } }],
    ['__proto__', JSON.parse('{"__proto__":1}') as object],
    ['toString', { toString: 1 }],
  ])('refuses body.%s with the captured words, even when it is null', (name, more) => {
    const body = Object.assign(Object.create(null) as object, chat());
    for (const [key, value] of Object.entries(more)) Object.defineProperty(body, key, { value, enumerable: true });
    expect(refuseChat(body)).toEqual({
      status: 400,
      body: {
        message: `body.${name}: property 'body.${name}' is unsupported`,
        type: 'invalid_request_error',
        param: 'validation_error',
        code: 'wrong_api_format',
      },
    });
  });

  it('joins all of them by line breaks, in the order of the request', () => {
    const refused = refuseChat({
      store: true,
      ...chatWith(
        { role: 'user', content: [{ type: 'text', text: 'a', cache_control: {} }], id: 'msg_1' },
        { role: 'system', content: 'x', cache_control: null },
        { role: 'assistant', content: 'x', reasoning_content: 'y', refusal: null },
      ),
      tools: [{ type: 'function', extra: 1, function: { name: 'f', extra: 2 } }],
      stream_options: { include_usage: true, include_obfuscation: false },
      response_format: { type: 'text', extra: 1 },
    });
    const paths = [
      'body.store',
      'messages.0.user.content.0.cache_control',
      'messages.0.user.id',
      'messages.1.system.cache_control',
      'messages.2.assistant.reasoning_content',
      'messages.2.assistant.refusal',
      'tools.0.extra',
      'tools.0.function.extra',
      'stream_options.include_obfuscation',
      'response_format.extra',
    ];
    expect(refused?.body.message).toBe(paths.map((path) => `${path}: property '${path}' is unsupported`).join('\n'));
  });

  it.each(['annotations', 'audio', 'function_call', 'refusal', 'reasoning_content', 'cache_control', 'id'])(
    'refuses assistant.%s',
    (name) => {
      const refused = refuseChat(chatWith({ role: 'assistant', content: 'x', [name]: null }));
      const path = `messages.0.assistant.${name}`;
      expect(refused?.body.message).toBe(`${path}: property '${path}' is unsupported`);
    },
  );

  it.each(['best_of', 'max_completion_tokens', 'messages', 'reasoning_effort', 'tools'])(
    'refuses body.%s of a completion unless it is one of its own',
    (name) => {
      const refused = refuseText({ model: 'llama-3-8b', prompt: 'x', [name]: null });
      expect(refused?.body.message).toBe(
        name === 'best_of' ? undefined : `body.${name}: property 'body.${name}' is unsupported`,
      );
    },
  );
});

describe('types and ranges of a chat request', () => {
  it.each([
    ['no body', undefined, 'body: Input should be a valid dictionary'],
    ['a list', [], 'body: Input should be a valid dictionary'],
    ['an empty object', {}, 'body.model: Field required\nbody.messages: Field required'],
    ['no messages', chat({ messages: [] }), 'messages: List should have at least 1 item after validation, not 0'],
    ['a model that is a number', chat({ model: 1 }), 'body.model: Input should be a valid string'],
    ['temperature 2.1', chat({ temperature: 2.1 }), 'body.temperature: Input should be less than or equal to 2'],
    ['temperature as text', chat({ temperature: '1' }), 'body.temperature: Input should be a valid number'],
    ['top_p -0.1', chat({ top_p: -0.1 }), 'body.top_p: Input should be greater than or equal to 0'],
    [
      'frequency_penalty 3',
      chat({ frequency_penalty: 3 }),
      'body.frequency_penalty: Input should be less than or equal to 2',
    ],
    [
      'presence_penalty -3',
      chat({ presence_penalty: -3 }),
      'body.presence_penalty: Input should be greater than or equal to -2',
    ],
    [
      'logit_bias 101',
      chat({ logit_bias: { 7: 101 } }),
      'body.logit_bias.7: Input should be less than or equal to 100',
    ],
    [
      'logit_bias of a word',
      chat({ logit_bias: { word: 1 } }),
      'body.logit_bias.word: Input should be a valid integer',
    ],
    ['max_tokens -2', chat({ max_tokens: -2 }), 'body.max_tokens: Input should be greater than or equal to -1'],
    [
      'max_completion_tokens 1.5',
      chat({ max_completion_tokens: 1.5 }),
      'body.max_completion_tokens: Input should be a valid integer',
    ],
    [
      'top_logprobs 21',
      chat({ logprobs: true, top_logprobs: 21 }),
      'body.top_logprobs: Input should be less than or equal to 20',
    ],
    ['n 0', chat({ n: 0 }), 'body.n: Input should be greater than or equal to 1'],
    ['seed 1.5', chat({ seed: 1.5 }), 'body.seed: Input should be a valid integer'],
    [
      'five stops',
      chat({ stop: ['a', 'b', 'c', 'd', 'e'] }),
      'body.stop: List should have at most 4 items after validation, not 5',
    ],
    ['no stops', chat({ stop: [] }), 'body.stop: List should have at least 1 item after validation, not 0'],
    ['an empty stop', chat({ stop: '' }), "body.stop: String should match pattern '[^]'"],
    ['stream as text', chat({ stream: 'true' }), 'body.stream: Input should be a valid boolean'],
    ['user as number', chat({ user: 7 }), 'body.user: Input should be a valid string'],
    ['no tools', chat({ tools: [] }), 'tools: List should have at least 1 item after validation, not 0'],
    [
      'a custom tool',
      chat({ tools: [{ type: 'custom', custom: { name: 'x' } }] }),
      "tools.0.type: Input should be 'function'",
    ],
    [
      'a tool name with a space',
      chat({ tools: [tool('a b')] }),
      "tools.0.function.name: String should match pattern '^[A-Za-z0-9_-]{1,64}$'",
    ],
    [
      'a tool name of 65',
      chat({ tools: [tool('a'.repeat(65))] }),
      "tools.0.function.name: String should match pattern '^[A-Za-z0-9_-]{1,64}$'",
    ],
    [
      'a tool choice',
      chat({ tools: [tool()], tool_choice: 'any' }),
      "tool_choice: Input should be 'none', 'auto' or 'required'",
    ],
    [
      'allowed_tools',
      chat({ tools: [tool()], tool_choice: { type: 'allowed_tools' } }),
      "tool_choice.type: Input should be 'function'",
    ],
    [
      'a response format',
      chat({ response_format: { type: 'xml' } }),
      "response_format.type: Input should be 'text', 'json_object' or 'json_schema'",
    ],
    [
      'a schema without name',
      chat({ response_format: { type: 'json_schema', json_schema: {} } }),
      'response_format.json_schema.name: Field required',
    ],
    [
      'minimal effort',
      chat({ reasoning_effort: 'minimal' }),
      "body.reasoning_effort: Input should be 'none', 'low', 'medium' or 'high'",
    ],
    [
      'reasoning_format null',
      chat({ reasoning_format: null }),
      "body.reasoning_format: Input should be 'none', 'parsed', 'text_parsed', 'raw' or 'hidden'",
    ],
    [
      'a service tier',
      chat({ service_tier: 'scale' }),
      "body.service_tier: Input should be 'auto', 'default', 'flex' or 'priority'",
    ],
    [
      'a long cache key',
      chat({ prompt_cache_key: 'k'.repeat(1025) }),
      'body.prompt_cache_key: String should have at most 1024 characters',
    ],
    [
      'a role',
      chatWith({ role: 'function', name: 'f', content: 'x' }),
      "messages.0.role: Input should be 'system', 'developer', 'user', 'assistant' or 'tool'",
    ],
    ['no content', chatWith({ role: 'user' }), 'messages.0.user.content: Field required'],
    [
      'null content',
      chatWith({ role: 'user', content: null }),
      'messages.0.user.content: Input should be a valid string or list',
    ],
    [
      'no parts',
      chatWith({ role: 'user', content: [] }),
      'messages.0.user.content: List should have at least 1 item after validation, not 0',
    ],
    [
      'an audio part',
      chatWith({ role: 'user', content: [{ type: 'input_audio' }] }),
      "messages.0.user.content.0.type: Input should be 'text', 'image_url' or 'image'",
    ],
    [
      'a tool message without id',
      chatWith({ role: 'tool', content: 'x' }),
      'messages.0.tool.tool_call_id: Field required',
    ],
    [
      'a call with parsed arguments',
      chatWith({
        role: 'assistant',
        tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: {} } }],
      }),
      'messages.0.assistant.tool_calls.0.function.arguments: Input should be a valid string',
    ],
  ])('refuses %s', (_, body, message) => {
    expect(refuseChat(body)).toMatchObject({ status: 400, body: { message, param: 'validation_error' } });
  });

  it('accepts null for every field that may be null', () => {
    const names =
      'max_completion_tokens max_tokens min_completion_tokens min_tokens temperature top_p frequency_penalty ' +
      'presence_penalty logit_bias logprobs top_logprobs n seed stop stream stream_options user tools tool_choice ' +
      'parallel_tool_calls response_format prediction reasoning_effort disable_reasoning clear_thinking service_tier ' +
      'prompt_cache_key model_parameters';
    expect(refuseChat(chat(Object.fromEntries(names.split(' ').map((name) => [name, null]))))).toBeUndefined();
  });

  it('accepts every field with a value that it may have', () => {
    const body = chat({
      max_completion_tokens: 100,
      min_completion_tokens: 0,
      temperature: 2,
      top_p: 0,
      frequency_penalty: -2,
      presence_penalty: 2,
      logit_bias: { 50256: -100 },
      logprobs: true,
      top_logprobs: 20,
      n: 2,
      seed: 2 ** 60,
      stop: ['a', 'b', 'c', 'd'],
      stream: true,
      stream_options: { include_usage: null },
      user: 'u'.repeat(500),
      tools: [tool('get_it-2', { description: null, parameters: { type: 'object' }, strict: false }), tool('g')],
      tool_choice: { type: 'function', function: { name: 'g' } },
      parallel_tool_calls: false,
      response_format: { type: 'text' },
      reasoning_effort: 'high',
      reasoning_format: 'hidden',
      clear_thinking: false,
      service_tier: 'auto',
      prompt_cache_key: 'k'.repeat(1024),
    });
    expect(refuseChat(body)).toBeUndefined();
  });

  it('accepts every kind of message', () => {
    const body = {
      model: 'gpt-oss-120b',
      messages: [
        { role: 'developer', content: [{ type: 'text', text: 'x' }], name: 'd' },
        { role: 'system', content: 'x' },
        { role: 'system', content: 'y' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
          name: null,
        },
        { role: 'assistant', reasoning: 'why', tool_calls: [call('a'), { ...call('b'), index: 1 }] },
        { role: 'tool', tool_call_id: 'b', content: [{ type: 'text', text: '2' }] },
        { role: 'tool', tool_call_id: 'a', content: '1' },
        { role: 'assistant', content: 'done', tool_calls: null, reasoning: null },
        { role: 'user', content: '' },
      ],
    };
    expect(refuseChat(body)).toBeUndefined();
  });
});

describe('rules that members make together', () => {
  const MIXED =
    "Tools with mixed values for 'strict' are not allowed. Please set all tools to 'strict: true' or 'strict: false'";

  it.each([
    ['mixed strict tools', chat({ tools: [tool('a', { strict: true }), tool('b')] }), 'tools', MIXED],
    [
      'tools with json_object',
      chat({ tools: [tool()], response_format: { type: 'json_object' } }),
      'tools',
      '"tools" is incompatible with "response_format"',
    ],
    [
      'tools with json_schema',
      chat({ tools: [tool()], response_format: schemaFormat() }),
      'tools',
      '"tools" is incompatible with "response_format"',
    ],
    [
      'a tool choice without tools',
      chat({ tool_choice: 'auto' }),
      'tool_choice',
      "'tool_choice' is only allowed when 'tools' are specified",
    ],
    [
      'parallel calls without tools',
      chat({ parallel_tool_calls: true }),
      'parallel_tool_calls',
      "'parallel_tool_calls' is only allowed when 'tools' are specified",
    ],
    [
      'an unknown tool choice',
      chat({ tools: [tool()], tool_choice: { type: 'function', function: { name: 'g' } } }),
      'tool_choice',
      "Tool choice 'g' not found in 'tools'",
    ],
    [
      'a strict schema with format',
      chat({
        response_format: schemaFormat({
          strict: true,
          schema: { type: 'object', properties: { a: { format: 'date' } }, additionalProperties: false },
        }),
      }),
      'response_format',
      "Unsupported JSON schema fields: {'format'}",
    ],
    [
      'strict tools with format',
      chat({
        tools: [
          tool('f', {
            strict: true,
            parameters: { type: 'object', properties: { a: { format: 'date' } }, additionalProperties: false },
          }),
        ],
      }),
      'tools',
      "Unsupported JSON schema fields: {'format'}",
    ],
    [
      'effort none on gpt-oss',
      chat({ reasoning_effort: 'none' }),
      'reasoning_effort',
      "reasoning_effort 'none' is not supported by model gpt-oss-120b",
    ],
    [
      'disable_reasoning on gpt-oss',
      chat({ disable_reasoning: true }),
      'disable_reasoning',
      'disable_reasoning is not supported by model gpt-oss-120b',
    ],
    [
      'effort on a model that does not reason',
      chat({ reasoning_effort: 'low' }, 'llama-3.3-70b'),
      'reasoning_effort',
      "reasoning_effort 'low' is not supported by model llama-3.3-70b",
    ],
    [
      'raw with json_object',
      chat({ reasoning_format: 'raw', response_format: { type: 'json_object' } }),
      'reasoning_format',
      'reasoning_format "raw" is incompatible with JSON response formats',
    ],
    [
      'raw on gemma',
      chat({ reasoning_format: 'raw' }, 'gemma-4-31b'),
      'reasoning_format',
      "reasoning_format 'raw' is not supported by model gemma-4-31b",
    ],
    [
      'hidden on gemma',
      chat({ reasoning_format: 'hidden' }, 'gemma-4-31b'),
      'reasoning_format',
      "reasoning_format 'hidden' is not supported by model gemma-4-31b",
    ],
    [
      'prediction with tools',
      chat({ prediction: { type: 'content', content: 'x' }, tools: [tool()] }),
      'prediction',
      '"prediction" is incompatible with "tools"',
    ],
    [
      'prediction with logprobs',
      chat({ prediction: { type: 'content', content: 'x' }, logprobs: true }),
      'prediction',
      '"prediction" is incompatible with "logprobs"',
    ],
    [
      'prediction with n',
      chat({ prediction: { type: 'content', content: 'x' }, n: 2 }),
      'prediction',
      '"prediction" is incompatible with "n"',
    ],
    [
      'two limits',
      chat({ max_tokens: 5, max_completion_tokens: 5 }),
      'max_completion_tokens',
      "Only one of 'max_tokens' and 'max_completion_tokens' may be set",
    ],
    ['top_logprobs alone', chat({ top_logprobs: 2 }), 'top_logprobs', "'top_logprobs' requires 'logprobs' to be true"],
    [
      'model parameters',
      chat({ model_parameters: {} }),
      'model_parameters',
      'model_parameters is not supported by model gpt-oss-120b',
    ],
    [
      'the priority tier',
      chat({ service_tier: 'priority' }),
      'service_tier',
      "service_tier 'priority' is not available for model gpt-oss-120b",
    ],
    [
      'too long an answer',
      chat({ max_tokens: 40_961 }),
      'validation_error',
      'body.max_tokens: Input should be less than or equal to 40960',
    ],
    [
      'a least length above the limit',
      chat({ max_tokens: 5, min_tokens: 6 }),
      'validation_error',
      'body.min_tokens: Input should be less than or equal to 5',
    ],
    [
      'a developer elsewhere',
      { ...chat({}, 'qwen-3.8-27b'), messages: [{ role: 'developer', content: 'x' }, ...hello] },
      'messages',
      "messages.0.developer: role 'developer' is not supported by model qwen-3.8-27b",
    ],
    [
      'two system messages on qwen',
      {
        ...chat({}, 'qwen-3.8-27b'),
        messages: [{ role: 'system', content: 'x' }, { role: 'system', content: 'y' }, ...hello],
      },
      'messages',
      'Chat template error: System message must be at the beginning.',
    ],
    [
      'null content with calls',
      chatWith(
        { role: 'assistant', content: null, tool_calls: [call('a')] },
        { role: 'tool', tool_call_id: 'a', content: '' },
      ),
      'messages',
      "'NoneType' object is not iterable",
    ],
    [
      'null content without calls',
      chatWith({ role: 'assistant', content: null }, ...hello),
      'messages',
      "'NoneType' object is not iterable",
    ],
    [
      'an assistant that says nothing',
      chatWith({ role: 'assistant' }, ...hello),
      'validation_error',
      'messages.0.assistant.content: Field required',
    ],
  ])('refuses %s', (_, body, param, message) => {
    const type = 'invalid_request_error';
    expect(refuseChat(body)).toEqual({ status: 400, body: { message, type, param, code: 'wrong_api_format' } });
  });

  it.each([
    ['tools with json_schema on GLM', chat({ tools: [tool()], response_format: schemaFormat() }, 'zai-glm-4.7')],
    ['effort none on qwen, gemma and GLM', chat({ reasoning_effort: 'none' }, 'qwen-3.8-27b')],
    ['disable_reasoning on GLM', chat({ disable_reasoning: true }, 'zai-glm-4.7')],
    ['raw on qwen', chat({ reasoning_format: 'raw' }, 'qwen-3.8-27b')],
    ['the parsed format on a model that does not reason', chat({ reasoning_format: 'parsed' }, 'llama-3.3-70b')],
    [
      'two system messages that do not follow each other on qwen',
      {
        ...chat({}, 'qwen-3.8-27b'),
        messages: [{ role: 'system', content: 'x' }, ...hello, { role: 'system', content: 'y' }],
      },
    ],
    [
      'unstrict tools with any schema',
      chat({ tools: [tool('a', { strict: false, parameters: { oneOf: [] } }), tool('b', { strict: null })] }),
    ],
    [
      'unstrict formats with any schema',
      chat({ response_format: schemaFormat({ schema: { type: 'array', minItems: 1 } }) }),
    ],
    ['no limit as -1', chat({ max_completion_tokens: -1, min_tokens: -1 })],
  ])('accepts %s', (_, body) => {
    expect(refuseChat(body)).toBeUndefined();
  });
});

describe('tool history', () => {
  const answer = (id: string) => ({ role: 'tool', tool_call_id: id, content: 'x' });
  const calls = (...ids: string[]) => ({ role: 'assistant', tool_calls: ids.map((id) => call(id)) });

  it.each([
    ['a missing answer', [calls('a', 'b'), answer('a'), ...hello], /did not have response messages: b$/],
    ['no answers at the end', [...hello, calls('a')], /did not have response messages: a$/],
    ['an answer that comes too late', [calls('a'), ...hello, answer('a')], /did not have response messages: a$/],
    ['an answer to nothing', [...hello, answer('a')], /^messages\.1\.tool\.tool_call_id: 'a' does not match/],
    ['an answer to another id', [calls('a'), answer('b')], /^messages\.1\.tool\.tool_call_id: 'b' does not match/],
    [
      'two answers to one call',
      [calls('a'), answer('a'), answer('a')],
      /^messages\.2\.tool\.tool_call_id: 'a' does not/,
    ],
    ['one id for two calls', [calls('a', 'a'), answer('a')], /Duplicate tool call id 'a'/],
  ])('refuses %s', (_, messages, message) => {
    const refused = refuseChat(chatWith(...messages));
    expect(refused).toMatchObject({ status: 400, body: { param: 'messages', code: 'wrong_api_format' } });
    expect(refused?.body.message).toMatch(message);
  });
});

describe('images', () => {
  const ask = (content: unknown, role = 'user', model = 'gemma-4-31b') =>
    refuseChat({ model, messages: [{ role, content }, ...hello] })?.body.message;

  it.each([
    [
      'a https URL',
      image('https://example.com/a.png'),
      'HTTPS image URLs are not supported. Use a base64-encoded data URI instead.',
    ],
    [
      'another type',
      image('data:image/gif;base64,R0lGODlhAQABAAAAACw='),
      'Invalid image_url: expected base64 data URI',
    ],
    ['no URI', image('iVBORw0KGgo='), 'Invalid image_url: expected base64 data URI'],
    ['data that is no PNG', image('data:image/png;base64,AAAAAAAAAAAA'), 'Image data could not be decoded'],
    ['a PNG said to be a JPEG', image(PNG.replace('png', 'jpeg')), 'Image data could not be decoded'],
    ['broken base64', image(`${PNG.slice(0, -1)}*`), 'Image data could not be decoded'],
    ['an image part of the other form', [{ type: 'image', image: 'x' }], 'Invalid image_url: expected base64 data URI'],
  ])('refuses %s', (_, content, message) => {
    expect(ask(content)).toBe(message);
  });

  it('takes them from users only, and for models that see', () => {
    expect(ask(image(PNG))).toBeUndefined();
    expect(ask([{ type: 'image', image: PNG }])).toBeUndefined();
    expect(ask(image(PNG), 'system')).toBe('image_url content parts are only supported on user messages');
    expect(ask(image(PNG), 'user', 'gpt-oss-120b')).toBe('Model gpt-oss-120b does not support image inputs');
  });

  it('takes five of them, and ten megabytes', () => {
    const many = (count: number) =>
      refuseChat({
        model: 'gemma-4-31b',
        messages: [{ role: 'user', content: Array.from({ length: count }, () => image(PNG)).flat() }],
      });
    expect(many(5)).toBeUndefined();
    expect(many(6)).toMatchObject({
      status: 413,
      body: { message: 'Number of image inputs exceeds maximum', type: 'content_too_large' },
    });
    const large = `data:image/jpeg;base64,/9j/${'A'.repeat(14 * 1024 * 1024)}`;
    expect(refuseChat({ model: 'gemma-4-31b', messages: [{ role: 'user', content: image(large) }] })).toMatchObject({
      status: 413,
      body: { message: 'Total request size exceeds maximum' },
    });
  });
});

describe('models and context', () => {
  it('answers an unknown model with the captured body', () => {
    expect(refuseChat(chat({}, 'gpt-4o'))).toEqual({
      status: 404,
      body: {
        message: 'Model gpt-4o does not exist or you do not have access to it.',
        type: 'not_found_error',
        param: 'model',
        code: 'model_not_found',
      },
    });
    expect(refuseText({ model: 'x', prompt: '' })?.status).toBe(404);
  });

  it('refuses a prompt that with its answer is longer than the context', () => {
    const messages = [{ role: 'user', content: 'a'.repeat(400_000) }];
    expect(refuseChat({ model: 'gpt-oss-120b', messages })).toBeUndefined();
    expect(refuseChat({ model: 'gpt-oss-120b', messages, max_completion_tokens: 40_000 })).toEqual({
      status: 400,
      body: {
        message:
          'Please reduce the length of the messages or completion. Current length is 140005 while limit is 131072',
        type: 'invalid_request_error',
        param: 'messages',
        code: 'context_length_exceeded',
        id: '',
      },
    });
  });

  it.each([...SANDBOX_MODELS.keys()])('serves %s', (model) => {
    expect(refuseChat(chat({}, model))).toBeUndefined();
    expect(refuseText({ model, prompt: 'x' })).toBeUndefined();
  });
});

describe('completions', () => {
  const text = (more: object) => refuseText({ model: 'llama-3-8b', prompt: 'x', ...more })?.body;

  it.each([['one'], [['one', 'two']], [[1, 2, 3]], [[[1], [2, 3]]]])('accepts the prompt %j', (prompt) => {
    expect(text({ prompt })).toBeUndefined();
  });

  it.each([
    [null, 'prompt: Input should be a valid string or list'],
    [[], 'prompt: List should have at least 1 item after validation, not 0'],
    [[1, 'x'], 'prompt.1: Input should be a valid integer'],
    [['x', 1], 'prompt.1: Input should be a valid string'],
    [[[]], 'prompt.0: List should have at least 1 item after validation, not 0'],
  ])('refuses the prompt %j', (prompt, message) => {
    expect(text({ prompt })?.message).toBe(message);
  });

  it.each([
    [{ suffix: 'x' }, "'suffix' is not supported"],
    [{ best_of: 1, n: 2 }, "'best_of' must be greater than or equal to 'n'"],
    [{ best_of: 2, stream: true }, "'best_of' is incompatible with 'stream'"],
    [{ logprobs: 6 }, 'body.logprobs: Input should be less than or equal to 5'],
    [{ logprobs: true }, 'body.logprobs: Input should be a valid integer'],
    [{ max_tokens: 40_961 }, 'body.max_tokens: Input should be less than or equal to 40960'],
  ])('refuses %j', (more, message) => {
    expect(text(more)?.message).toBe(message);
  });

  it('accepts every field with a value or null', () => {
    const values = {
      best_of: 3,
      echo: true,
      logprobs: 5,
      n: 2,
      max_tokens: 5,
      min_tokens: 1,
      grammar_root: 'root',
      return_raw_tokens: false,
      seed: 1,
      stop: 'x',
      stream_options: {},
      user: 'u',
      suffix: null,
    };
    expect(text(values)).toBeUndefined();
    expect(text(Object.fromEntries(Object.keys(values).map((name) => [name, null])))).toBeUndefined();
  });
});
