import { chunks, finish, type Recording, usage } from './recording.js';

const WHOLE = { object: 'chat.completion', created: 1_780_000_000 };
const CHUNK = { object: 'chat.completion.chunk', created: 1_780_000_000 };

const ollama: Recording = {
  type: 'ollama',
  source:
    'https://docs.ollama.com/api/openai-compatibility and https://github.com/ollama/ollama/blob/main/openai/openai.go',
  base: '/v1',
  path: '/v1/chat/completions',
  model: 'qwen3:0.6b',
  whole: {
    id: 'chatcmpl-418',
    ...WHOLE,
    model: 'qwen3:0.6b',
    system_fingerprint: 'fp_ollama',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Hi.', reasoning: 'Greet.' }, finish_reason: 'stop' }],
    usage: usage(12, 9),
  },
  stream: [
    ...chunks(
      { id: 'chatcmpl-418', ...CHUNK, model: 'qwen3:0.6b', system_fingerprint: 'fp_ollama' },
      [
        { role: 'assistant', content: '', reasoning: 'Greet.' },
        { role: 'assistant', content: 'Hi.' },
      ],
      finish('stop', {}, { role: 'assistant', content: '' }),
      { choices: [], usage: usage(12, 9) },
    ),
    '[DONE]',
  ],
  refusal: {
    status: 404,
    body: { error: { message: "model 'nope' not found", type: 'not_found_error', param: null, code: null } },
  },
  expected: {
    whole: { content: 'Hi.', reasoning: 'Greet.', finish: 'stop', usage: usage(12, 9) },
    stream: { content: 'Hi.', reasoning: 'Greet.', finish: 'stop', usage: usage(12, 9) },
    error: { status: 404, code: 'model_not_found', message: "model 'nope' not found" },
  },
};

const vllm: Recording = {
  type: 'vllm',
  source:
    'https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html and https://github.com/vllm-project/vllm/tree/main/vllm/entrypoints/openai',
  base: '/v1',
  path: '/v1/chat/completions',
  model: 'Qwen/Qwen3-8B',
  whole: {
    id: 'chatcmpl-v',
    ...WHOLE,
    model: 'Qwen/Qwen3-8B',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: 'Hi.',
          reasoning: 'Greet.',
          refusal: null,
          annotations: null,
          tool_calls: [],
        },
        logprobs: null,
        finish_reason: 'stop',
        stop_reason: null,
        token_ids: null,
      },
    ],
    usage: usage(14, 6, { prompt_tokens_details: null }),
    prompt_logprobs: null,
    kv_transfer_params: null,
  },
  stream: [
    ...chunks(
      { id: 'chatcmpl-v', ...CHUNK, model: 'Qwen/Qwen3-8B' },
      [{ role: 'assistant', content: '' }, { reasoning: 'Greet.' }, { content: 'Hi.' }],
      finish('stop', {}, { content: '' }),
      { choices: [], usage: usage(14, 6) },
    ),
    '[DONE]',
  ],
  refusal: {
    status: 400,
    body: {
      error: {
        message: "This model's maximum context length is 4096 tokens. However, your request has 5000 input tokens.",
        type: 'BadRequestError',
        param: null,
        code: 400,
      },
    },
  },
  expected: {
    whole: { content: 'Hi.', reasoning: 'Greet.', finish: 'stop', usage: usage(14, 6) },
    stream: { content: 'Hi.', reasoning: 'Greet.', finish: 'stop', usage: usage(14, 6) },
    error: { status: 400, code: 'context_length_exceeded' },
  },
  request: {
    asked: { guided_choice: ['a', 'b'], chat_template_kwargs: { enable_thinking: false }, top_k: 3 },
    sent: { guided_choice: ['a', 'b'], chat_template_kwargs: { enable_thinking: false }, top_k: 3 },
    filtered: [],
  },
};

const sglang: Recording = {
  type: 'sglang',
  source:
    'https://docs.sglang.ai/basic_usage/openai_api_completions.html and https://github.com/sgl-project/sglang/tree/main/python/sglang/srt/entrypoints/openai',
  base: '/v1',
  path: '/v1/chat/completions',
  model: 'deepseek-ai/DeepSeek-R1',
  whole: {
    id: 'sg-1',
    ...WHOLE,
    model: 'deepseek-ai/DeepSeek-R1',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Hi.', reasoning_content: 'Greet.', tool_calls: null },
        logprobs: null,
        finish_reason: 'stop',
        matched_stop: 151_645,
      },
    ],
    usage: usage(10, 8, { prompt_tokens_details: null }),
    metadata: { weight_version: 'default' },
  },
  // Its first chunks say a usage of null, and the tool calls of older versions have no index.
  stream: [
    ...chunks(
      { id: 'sg-1', ...CHUNK, model: 'deepseek-ai/DeepSeek-R1', usage: null },
      [{ role: 'assistant', content: '' }, { reasoning_content: 'Greet.' }, { content: 'Hi.' }],
      finish('stop', { usage: null }),
      { choices: [], usage: usage(10, 8) },
    ),
    '[DONE]',
  ],
  refusal: {
    status: 400,
    body: {
      object: 'error',
      message: "The input (9000 tokens) is longer than the model's context length (8192 tokens).",
      type: 'BadRequestError',
      param: null,
      code: 400,
    },
  },
  expected: {
    whole: { content: 'Hi.', reasoning: 'Greet.', finish: 'stop', usage: usage(10, 8) },
    stream: { content: 'Hi.', reasoning: 'Greet.', finish: 'stop', usage: usage(10, 8) },
    error: { status: 400, code: 'context_length_exceeded' },
  },
};

const lmstudio: Recording = {
  type: 'lmstudio',
  source: 'https://lmstudio.ai/docs/api/openai-api',
  base: '/v1',
  path: '/v1/chat/completions',
  model: 'openai/gpt-oss-20b',
  whole: {
    id: 'chatcmpl-l',
    ...WHOLE,
    model: 'openai/gpt-oss-20b',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Hi.', reasoning: 'Greet.', tool_calls: [] },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: usage(68, 12),
    stats: {},
    system_fingerprint: 'openai/gpt-oss-20b',
  },
  stream: [
    ...chunks(
      { id: 'chatcmpl-l', ...CHUNK, model: 'openai/gpt-oss-20b', system_fingerprint: 'openai/gpt-oss-20b' },
      [{ role: 'assistant', reasoning: 'Greet.' }, { content: 'Hi.' }],
      finish('stop'),
      { choices: [], usage: usage(68, 12) },
    ),
    '[DONE]',
  ],
  refusal: { status: 400, body: { error: 'Model unloaded.' } },
  expected: {
    whole: { content: 'Hi.', reasoning: 'Greet.', finish: 'stop', usage: usage(68, 12) },
    stream: { content: 'Hi.', reasoning: 'Greet.', finish: 'stop', usage: usage(68, 12) },
    error: { status: 400, code: 'invalid_request', message: 'Model unloaded.' },
  },
};

export const LOCALS: readonly Recording[] = [ollama, vllm, sglang, lmstudio];
