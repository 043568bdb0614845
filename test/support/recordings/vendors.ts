import { chunks, finish, type Recording, usage } from './recording.js';

const WHOLE = { object: 'chat.completion', created: 1_786_782_774 };
const CHUNK = { object: 'chat.completion.chunk', created: 1_786_782_774 };
const BEARER = ['authorization', 'Bearer key-1'] as const;

const deepseek: Recording = {
  type: 'deepseek',
  source:
    'https://github.com/vercel/ai/tree/main/packages/deepseek/src/chat/__fixtures__ and https://api-docs.deepseek.com',
  base: '',
  path: '/chat/completions',
  auth: BEARER,
  model: 'deepseek-v4-flash',
  whole: {
    id: '96ab47fa',
    ...WHOLE,
    model: 'deepseek-v4-flash',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Three.', reasoning_content: 'r, r, r.' },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: usage(97, 131, {
      prompt_tokens_details: { cached_tokens: 64 },
      completion_tokens_details: { reasoning_tokens: 113 },
      prompt_cache_hit_tokens: 64,
      prompt_cache_miss_tokens: 33,
    }),
    system_fingerprint: 'a26a',
  },
  stream: [
    ': keep-alive\n\n',
    ...chunks(
      { id: '96ab47fa', ...CHUNK, model: 'deepseek-v4-flash', system_fingerprint: 'a26a' },
      [
        { role: 'assistant', content: null, reasoning_content: '' },
        { content: null, reasoning_content: 'r, r, r.' },
        { content: 'Three.', reasoning_content: null },
      ],
      finish('stop', {}, { content: '', reasoning_content: null }),
      { choices: [], usage: usage(97, 131) },
    ),
    '[DONE]',
  ],
  refusal: {
    status: 402,
    body: {
      error: { message: 'Insufficient Balance', type: 'unknown_error', param: null, code: 'invalid_request_error' },
    },
  },
  expected: {
    whole: {
      content: 'Three.',
      reasoning: 'r, r, r.',
      finish: 'stop',
      usage: usage(97, 131, { prompt_tokens_details: { cached_tokens: 64 } }),
    },
    stream: { content: 'Three.', reasoning: 'r, r, r.', finish: 'stop', usage: usage(97, 131) },
    error: { status: 429, code: 'insufficient_quota' },
  },
  request: {
    asked: {
      max_completion_tokens: 5,
      reasoning_effort: 'none',
      messages: [
        { role: 'user', content: 'Weather?' },
        {
          role: 'assistant',
          content: '',
          reasoning: 'I must look.',
          reasoning_content: 'I must look.',
          tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'w', arguments: '{ "a": 1.0 }' } }],
        },
        { role: 'tool', tool_call_id: 'call_1', content: 'Rain' },
      ],
    },
    sent: {
      max_tokens: 5,
      thinking: { type: 'disabled' },
      messages: [
        { role: 'user', content: 'Weather?' },
        {
          role: 'assistant',
          content: '',
          reasoning_content: 'I must look.',
          tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'w', arguments: '{ "a": 1.0 }' } }],
        },
        { role: 'tool', tool_call_id: 'call_1', content: 'Rain' },
      ],
    },
    unsent: ['max_completion_tokens', 'reasoning_effort'],
    filtered: [],
  },
};

const mistral: Recording = {
  type: 'mistral',
  source:
    'https://github.com/vercel/ai/tree/main/packages/mistral/src/__fixtures__ and https://github.com/partITech/php-mistral/issues/76',
  base: '/v1',
  path: '/v1/chat/completions',
  auth: BEARER,
  model: 'magistral-medium-2507',
  whole: {
    id: 'a4e29c5b',
    ...WHOLE,
    model: 'magistral-medium-2507',
    choices: [
      {
        index: 0,
        finish_reason: 'model_length',
        message: {
          role: 'assistant',
          tool_calls: null,
          content: [
            {
              type: 'thinking',
              thinking: [
                { type: 'text', text: 'Basic ' },
                { type: 'text', text: 'sums.' },
              ],
            },
            { type: 'text', text: '2 + 2 = ' },
            { type: 'text', text: '4' },
          ],
        },
      },
    ],
    usage: usage(10, 46),
  },
  stream: [
    ...chunks(
      { id: 'a4e29c5b', ...CHUNK, model: 'magistral-medium-2507' },
      [
        { role: 'assistant', content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Basic ' }] }] },
        { content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'sums.' }] }] },
        { content: [{ type: 'text', text: '2 + 2 = 4' }] },
      ],
      finish('stop', { usage: usage(10, 46) }, { content: '' }),
    ),
    '[DONE]',
  ],
  refusal: {
    status: 422,
    body: {
      object: 'Error',
      detail: [
        { type: 'extra_forbidden', loc: ['body', 'tools', 0, 'x'], msg: 'Extra inputs are not permitted', input: [] },
      ],
      message: [
        { type: 'extra_forbidden', loc: ['body', 'tools', 0, 'x'], msg: 'Extra inputs are not permitted', input: [] },
      ],
      type: 'invalid_request_error',
      code: 3001,
    },
  },
  expected: {
    whole: { content: '2 + 2 = 4', reasoning: 'Basic sums.', finish: 'length', usage: usage(10, 46) },
    stream: { content: '2 + 2 = 4', reasoning: 'Basic sums.', finish: 'stop', usage: usage(10, 46) },
    error: { status: 400, message: 'tools[0].x: Extra inputs are not permitted', param: 'tools[0].x' },
  },
  request: {
    asked: {
      seed: 7,
      user: 'ann',
      logit_bias: {},
      max_completion_tokens: 9,
      reasoning_effort: 'low',
      safe_prompt: true,
      messages: [
        { role: 'user', content: 'Weather?' },
        {
          role: 'assistant',
          content: 'Wait.',
          refusal: null,
          reasoning_content: 'Look.',
          tool_calls: [{ id: 'call_abc', type: 'function', function: { name: 'w', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'call_abc', content: 'Rain' },
      ],
    },
    sent: {
      random_seed: 7,
      max_tokens: 9,
      reasoning_effort: 'high',
      safe_prompt: true,
      messages: [
        { role: 'user', content: 'Weather?' },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: [{ type: 'text', text: 'Look.' }] },
            { type: 'text', text: 'Wait.' },
          ],
          tool_calls: [{ id: 'ed01972d3', type: 'function', function: { name: 'w', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'ed01972d3', content: 'Rain' },
      ],
    },
    unsent: ['seed', 'user', 'logit_bias', 'max_completion_tokens', 'stream_options'],
    filtered: ['logit_bias', 'user'],
  },
};

const TOOL = {
  id: 'call_5511',
  type: 'function',
  function: { name: 'weather', arguments: '{"location":"San Francisco"}' },
};

const xai: Recording = {
  type: 'xai',
  source:
    'https://github.com/vercel/ai/tree/main/packages/xai/src/__fixtures__ and https://docs.x.ai/docs/api-reference',
  base: '/v1',
  path: '/v1/chat/completions',
  auth: BEARER,
  model: 'grok-3-mini',
  whole: {
    id: 'de9d',
    ...WHOLE,
    model: 'grok-3-mini',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: '', reasoning_content: 'First,', tool_calls: [TOOL], refusal: null },
        finish_reason: 'tool_calls',
      },
    ],
    usage: {
      prompt_tokens: 291,
      completion_tokens: 26,
      total_tokens: 513,
      completion_tokens_details: { reasoning_tokens: 196 },
    },
    system_fingerprint: 'fp_2a',
  },
  stream: [
    {
      id: 'de9d',
      ...CHUNK,
      model: 'grok-3-mini',
      choices: [{ index: 0, delta: { reasoning_content: 'First,', role: 'assistant' } }],
    },
    {
      id: 'de9d',
      ...CHUNK,
      model: 'grok-3-mini',
      choices: [{ index: 0, delta: { tool_calls: [{ ...TOOL, index: 0 }] } }],
    },
    { id: 'de9d', ...CHUNK, model: 'grok-3-mini', choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] },
    {
      id: 'de9d',
      ...CHUNK,
      model: 'grok-3-mini',
      choices: [],
      usage: {
        prompt_tokens: 291,
        completion_tokens: 26,
        total_tokens: 513,
        completion_tokens_details: { reasoning_tokens: 196 },
      },
    },
    '[DONE]',
  ],
  // A part of the key stands in it.
  refusal: {
    status: 400,
    body: {
      code: 'Client specified an invalid argument',
      error: 'Incorrect API key provided: ke***-1. You can obtain an API key from https://console.x.ai.',
    },
  },
  expected: {
    whole: {
      content: '',
      reasoning: 'First,',
      finish: 'tool_calls',
      tools: [TOOL.function],
      usage: { prompt_tokens: 291, completion_tokens: 222, total_tokens: 513 },
    },
    stream: {
      content: '',
      reasoning: 'First,',
      finish: 'tool_calls',
      tools: [TOOL.function],
      usage: { prompt_tokens: 291, completion_tokens: 222, total_tokens: 513 },
    },
    error: { status: 502, code: 'upstream_auth_error' },
  },
};

const sambanova: Recording = {
  type: 'sambanova',
  source: 'https://github.com/sambanova/sambanova-python/tree/main/src/sambanova/types/chat',
  base: '/v1',
  path: '/v1/chat/completions',
  auth: BEARER,
  model: 'gpt-oss-120b',
  whole: {
    id: 's-1',
    ...WHOLE,
    model: 'gpt-oss-120b',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Hi.', reasoning: 'Greet.', channel: 'final' },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: usage(70, 20, { time_to_first_token: 0.2, total_latency: 0.3 }),
  },
  stream: [
    ...chunks(
      { id: 's-1', ...CHUNK, model: 'gpt-oss-120b' },
      [{ role: 'assistant', content: '' }, { reasoning: 'Greet.' }, { content: 'Hi.' }],
      finish('stop'),
      { choices: [], usage: usage(70, 20) },
    ),
    '[DONE]',
  ],
  refusal: {
    status: 429,
    headers: { 'retry-after': '2' },
    body: {
      error: { code: null, message: 'Rate limit exceeded', param: null, type: 'rate_limit_exceeded' },
      request_id: 'r',
    },
  },
  expected: {
    whole: { content: 'Hi.', reasoning: 'Greet.', finish: 'stop', usage: usage(70, 20) },
    stream: { content: 'Hi.', reasoning: 'Greet.', finish: 'stop', usage: usage(70, 20) },
    error: { status: 429, code: 'rate_limit_exceeded', message: 'Rate limit exceeded' },
    headers: { 'retry-after': '2' },
  },
  request: {
    asked: { seed: 1, reasoning_effort: 'none', top_k: 5 },
    sent: { chat_template_kwargs: { enable_thinking: false }, top_k: 5 },
    unsent: ['seed', 'reasoning_effort'],
    filtered: ['seed'],
  },
};

const nvidia: Recording = {
  type: 'nvidia',
  source: 'https://docs.nvidia.com/nim/large-language-models/latest/reference/api-reference.html (shapes of vLLM)',
  base: '/v1',
  path: '/v1/chat/completions',
  auth: BEARER,
  model: 'meta/llama-3.3-70b-instruct',
  whole: {
    id: 'chatcmpl-n',
    ...WHOLE,
    model: 'meta/llama-3.3-70b-instruct',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Hi.', tool_calls: [] },
        logprobs: null,
        finish_reason: 'stop',
        stop_reason: null,
      },
    ],
    usage: usage(11, 3),
    prompt_logprobs: null,
  },
  stream: [
    ...chunks(
      { id: 'chatcmpl-n', ...CHUNK, model: 'meta/llama-3.3-70b-instruct' },
      [{ role: 'assistant', content: '' }, { content: 'Hi.' }],
      finish('stop', {}, { content: '' }),
      { choices: [], usage: usage(11, 3) },
    ),
    '[DONE]',
  ],
  refusal: {
    status: 404,
    body: { type: 'about:blank', title: 'Not Found', status: 404, detail: "Function 'f': Not found for account" },
  },
  expected: {
    whole: { content: 'Hi.', finish: 'stop', usage: usage(11, 3) },
    stream: { content: 'Hi.', finish: 'stop', usage: usage(11, 3) },
    error: { status: 404, code: 'model_not_found' },
  },
};

export const VENDORS: readonly Recording[] = [deepseek, mistral, xai, sambanova, nvidia];
