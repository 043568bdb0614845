import { chunks, finish, type Recording, usage } from './recording.js';

const MODERN = { object: 'chat.completion', created: 1_770_770_846 };
const CHUNK = { object: 'chat.completion.chunk', created: 1_770_770_846 };
const BEARER = ['authorization', 'Bearer key-1'] as const;

const openai: Recording = {
  type: 'openai',
  source: 'https://platform.openai.com/docs/api-reference/chat',
  base: '/v1',
  path: '/v1/chat/completions',
  auth: BEARER,
  model: 'gpt-5-mini',
  whole: {
    id: 'chatcmpl-1',
    ...MODERN,
    model: 'gpt-5-mini-2025-08-07',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Hi.', refusal: null, annotations: [] },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: usage(9, 12, { completion_tokens_details: { reasoning_tokens: 10 } }),
    service_tier: 'default',
    system_fingerprint: 'fp_1',
  },
  stream: [
    ...chunks(
      { id: 'chatcmpl-1', ...CHUNK, model: 'gpt-5-mini-2025-08-07', usage: null, obfuscation: 'x' },
      [{ role: 'assistant', content: '', refusal: null }, { content: 'Hi' }, { content: '.' }],
      finish('stop'),
      { choices: [], usage: usage(9, 12) },
    ),
    '[DONE]',
  ],
  refusal: {
    status: 429,
    headers: {
      'x-ratelimit-limit-requests': '500',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '7m12s',
    },
    body: {
      error: {
        message: 'You exceeded your current quota, please check your plan and billing details.',
        type: 'insufficient_quota',
        param: null,
        code: 'insufficient_quota',
      },
    },
  },
  expected: {
    whole: { content: 'Hi.', finish: 'stop', usage: usage(9, 12) },
    stream: { content: 'Hi.', finish: 'stop', usage: usage(9, 12) },
    error: { status: 429, type: 'insufficient_quota', code: 'insufficient_quota' },
  },
  request: {
    asked: { max_tokens: 5, reasoning_effort: 'minimal', clear_thinking: true },
    sent: { max_completion_tokens: 5, reasoning_effort: 'minimal' },
    unsent: ['max_tokens', 'clear_thinking'],
    filtered: ['clear_thinking'],
  },
};

const groq: Recording = {
  type: 'groq',
  source:
    'https://github.com/vercel/ai/tree/main/packages/groq/src/__fixtures__ and https://console.groq.com/docs/openai',
  base: '/openai/v1',
  path: '/openai/v1/chat/completions',
  auth: BEARER,
  model: 'qwen/qwen3-32b',
  whole: {
    id: 'chatcmpl-1',
    ...MODERN,
    model: 'qwen/qwen3-32b',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Three.', reasoning: 'Count them.' },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: usage(20, 30, { queue_time: 0.05, prompt_time: 0.001, total_time: 0.1 }),
    usage_breakdown: null,
    system_fingerprint: 'fp_78',
    x_groq: { id: 'req_01', seed: 872_656_815 },
    service_tier: 'on_demand',
  },
  // Without stream_options Groq says its usage in x_groq only, on the chunk that finishes.
  stream: [
    ...chunks(
      { id: 'chatcmpl-1', ...CHUNK, model: 'qwen/qwen3-32b', system_fingerprint: 'fp_78' },
      [{ role: 'assistant', content: '' }, { reasoning: 'Count' }, { reasoning: ' them.' }, { content: 'Three.' }],
      finish('stop', { x_groq: { id: 'req_01', usage: usage(20, 30) } }),
    ),
    '[DONE]',
  ],
  refusal: {
    status: 400,
    body: { error: { message: "property 'foo' is unsupported", type: 'invalid_request_error' } },
  },
  expected: {
    whole: { content: 'Three.', reasoning: 'Count them.', finish: 'stop', usage: usage(20, 30) },
    stream: { content: 'Three.', reasoning: 'Count them.', finish: 'stop', usage: usage(20, 30) },
    error: { status: 400, code: 'invalid_request', message: "property 'foo' is unsupported" },
  },
  request: {
    asked: {
      logprobs: true,
      store: true,
      foo: 1,
      reasoning_effort: 'xhigh',
      reasoning_format: 'parsed',
      messages: [
        { role: 'developer', content: 'Be brief.' },
        { role: 'user', name: 'ann', content: 'How many?' },
        { role: 'assistant', content: 'Two.', reasoning_content: 'Hm.' },
        { role: 'user', content: 'Sure?' },
      ],
    },
    sent: {
      reasoning_effort: 'high',
      reasoning_format: 'parsed',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'How many?' },
        { role: 'assistant', content: 'Two.', reasoning: 'Hm.' },
        { role: 'user', content: 'Sure?' },
      ],
    },
    unsent: ['logprobs', 'store', 'foo'],
    filtered: ['foo', 'logprobs', 'messages.name', 'store'],
  },
};

const openrouter: Recording = {
  type: 'openrouter',
  source: 'https://openrouter.ai/docs/api-reference/overview and https://openrouter.ai/docs/api-reference/errors',
  base: '/api/v1',
  path: '/api/v1/chat/completions',
  auth: BEARER,
  model: 'anthropic/claude-sonnet-4.5',
  whole: {
    id: 'gen-1',
    provider: 'Anthropic',
    ...MODERN,
    model: 'anthropic/claude-sonnet-4.5',
    choices: [
      {
        index: 0,
        logprobs: null,
        finish_reason: 'stop',
        native_finish_reason: 'end_turn',
        message: { role: 'assistant', content: 'Hi.', refusal: null, reasoning: 'Greet.' },
      },
    ],
    usage: usage(10, 5, { cost: 0.0001 }),
  },
  stream: [
    ': OPENROUTER PROCESSING\n\n',
    ...chunks(
      { id: 'gen-1', provider: 'Anthropic', ...CHUNK, model: 'anthropic/claude-sonnet-4.5' },
      [
        { role: 'assistant', content: '', reasoning: 'Greet.', reasoning_details: [] },
        { role: 'assistant', content: 'Hi.' },
      ],
      finish('stop', {}, { role: 'assistant', content: '' }),
      { choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }], usage: usage(10, 5) },
    ),
    '[DONE]',
  ],
  refusal: {
    status: 402,
    body: {
      error: { message: 'Insufficient credits. Add more at https://openrouter.ai/credits', code: 402 },
      user_id: 'u',
    },
  },
  expected: {
    whole: { content: 'Hi.', reasoning: 'Greet.', finish: 'stop', usage: usage(10, 5) },
    stream: { content: 'Hi.', reasoning: 'Greet.', finish: 'stop', usage: usage(10, 5) },
    error: { status: 429, code: 'insufficient_quota' },
  },
  request: {
    asked: { reasoning_effort: 'high', provider: { order: ['Anthropic'] }, transforms: [] },
    sent: { reasoning: { effort: 'high' }, provider: { order: ['Anthropic'] }, transforms: [] },
    unsent: ['reasoning_effort'],
    filtered: [],
  },
};

const together: Recording = {
  type: 'together',
  source:
    'https://github.com/togethercomputer/together-python and https://support.together.ai/en/articles/8988956-rate-limits',
  base: '/v1',
  path: '/v1/chat/completions',
  auth: BEARER,
  model: 'Qwen/Qwen3-235B-A22B',
  whole: {
    id: 'oGpD-1',
    ...MODERN,
    model: 'Qwen/Qwen3-235B-A22B',
    prompt: [],
    choices: [
      {
        finish_reason: 'eos',
        seed: 1,
        logprobs: null,
        index: 0,
        message: { role: 'assistant', content: 'Hi.', tool_calls: [] },
      },
    ],
    usage: usage(8, 2),
  },
  stream: [
    ...chunks(
      { id: 'oGpD-1', ...CHUNK, model: 'Qwen/Qwen3-235B-A22B' },
      [{ token_id: 5, role: 'assistant', content: 'Hi.' }],
      {
        choices: [
          { index: 0, text: '', seed: 1, delta: { token_id: 6, role: 'assistant', content: '' }, finish_reason: 'eos' },
        ],
        usage: usage(8, 2),
      },
    ),
    '[DONE]',
  ],
  refusal: {
    status: 429,
    headers: { 'x-ratelimit-limit': '10', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '3' },
    body: { id: 'oGpD-2', error: { message: 'Too many requests', type: 'model_rate_limit', param: null, code: null } },
  },
  expected: {
    whole: { content: 'Hi.', finish: 'stop', usage: usage(8, 2) },
    stream: { content: 'Hi.', finish: 'stop', usage: usage(8, 2) },
    error: { status: 429, code: 'rate_limit_exceeded', message: 'Too many requests' },
    headers: { 'retry-after': '3', 'x-ratelimit-limit-requests': '10', 'x-ratelimit-remaining-requests': '0' },
  },
  request: {
    asked: { max_completion_tokens: 7, reasoning_effort: 'none', repetition_penalty: 1.1 },
    sent: { max_tokens: 7, reasoning: { enabled: false }, repetition_penalty: 1.1 },
    unsent: ['max_completion_tokens', 'reasoning_effort'],
    filtered: [],
  },
};

const fireworks: Recording = {
  type: 'fireworks',
  source: 'https://docs.fireworks.ai/guides/inference-error-codes and https://github.com/FlowiseAI/Flowise/issues/2866',
  base: '/inference/v1',
  path: '/inference/v1/chat/completions',
  auth: BEARER,
  model: 'accounts/fireworks/models/deepseek-v3p2',
  whole: {
    id: 'c-1',
    ...MODERN,
    model: 'accounts/fireworks/models/deepseek-v3p2',
    choices: [
      { index: 0, message: { role: 'assistant', content: 'Hi.', reasoning_content: 'Greet.' }, finish_reason: 'stop' },
    ],
    usage: usage(7, 4),
  },
  stream: [
    ...chunks(
      { id: 'c-1', ...CHUNK, model: 'accounts/fireworks/models/deepseek-v3p2' },
      [{ role: 'assistant' }, { reasoning_content: 'Greet.' }, { content: 'Hi.' }],
      finish('stop', { usage: usage(7, 4) }),
    ),
    '[DONE]',
  ],
  refusal: {
    status: 412,
    body: { error: { object: 'error', type: 'invalid_request_error', message: 'Account acme is suspended' } },
  },
  expected: {
    whole: { content: 'Hi.', reasoning: 'Greet.', finish: 'stop', usage: usage(7, 4) },
    stream: { content: 'Hi.', reasoning: 'Greet.', finish: 'stop', usage: usage(7, 4) },
    error: { status: 429, code: 'insufficient_quota' },
  },
  request: {
    asked: {
      stream: true,
      stream_options: { include_usage: true },
      top_k: 40,
      store: false,
      vl_high_resolution_images: true,
    },
    sent: { stream: true, top_k: 40 },
    unsent: ['stream_options', 'store', 'vl_high_resolution_images'],
    filtered: ['store', 'vl_high_resolution_images'],
  },
};

const perplexity: Recording = {
  type: 'perplexity',
  source: 'https://github.com/vercel/ai/tree/main/packages/perplexity/src/__fixtures__',
  base: '',
  path: '/chat/completions',
  auth: BEARER,
  model: 'sonar',
  whole: {
    id: 'a3d5',
    model: 'sonar',
    created: 1_770_768_226,
    usage: usage(10, 251),
    citations: ['https://example.com/1'],
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Many.[1]' }, finish_reason: 'stop' }],
  },
  // Each chunk counts what was there by then; the finish chunk has the last word, and there is no [DONE].
  stream: [
    {
      id: 'a3d5',
      model: 'sonar',
      created: 1,
      usage: usage(10, 1),
      citations: ['https://example.com/1'],
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta: { role: 'assistant', content: 'Many' } }],
    },
    {
      id: 'a3d5',
      model: 'sonar',
      created: 2,
      usage: usage(10, 3),
      citations: ['https://example.com/1'],
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta: { role: 'assistant', content: '.[1]' } }],
    },
    {
      id: 'a3d5',
      model: 'sonar',
      created: 3,
      usage: usage(10, 4),
      citations: ['https://example.com/1'],
      object: 'chat.completion.done',
      choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: 'stop' }],
    },
  ],
  refusal: {
    status: 400,
    body: { error: { message: 'Invalid model', type: 'invalid_model', code: 400 } },
  },
  expected: {
    whole: { content: 'Many.[1]', finish: 'stop', usage: usage(10, 251) },
    stream: { content: 'Many.[1]', finish: 'stop', usage: usage(10, 4) },
    error: { status: 400, code: 'invalid_request', message: 'Invalid model' },
  },
  request: {
    asked: { stop: ['x'], seed: 1, search_domain_filter: ['example.com'], reasoning_effort: 'minimal' },
    sent: { search_domain_filter: ['example.com'], reasoning_effort: 'low' },
    unsent: ['stop', 'seed'],
    filtered: ['seed', 'stop'],
  },
};

export const CLOUDS: readonly Recording[] = [openai, groq, openrouter, together, fireworks, perplexity];
