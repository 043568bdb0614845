import { BEARER, efforts, PLAIN_ANSWERS, PLAIN_CHAT, THREE_EFFORTS } from './base-profile.js';
import { chatTable, FOREIGN_CHAT } from './parameter-tables.js';
import type { ProviderProfile } from './provider-profile.types.js';

/** Perplexity: no `/v1`, no list of models, usage in each chunk. */
export const PERPLEXITY_PROFILE: ProviderProfile = {
  kind: 'perplexity',
  title: 'Perplexity',
  operations: ['chat'],
  paths: { root: '' },
  auth: BEARER,
  chat: {
    ...PLAIN_CHAT,
    parameters: chatTable({
      without: [
        ...FOREIGN_CHAT,
        'stop',
        'logit_bias',
        'logprobs',
        'top_logprobs',
        'seed',
        'parallel_tool_calls',
        'service_tier',
      ],
      unknown: 'pass',
    }),
    tokenLimit: 'max_tokens',
    effort: efforts(THREE_EFFORTS),
    streams: { options: false },
  },
  answers: PLAIN_ANSWERS,
  sources: [
    {
      url: 'https://docs.perplexity.ai/docs/sonar/openai-compatibility',
      asOf: '2026-11-22',
      proves: 'base URL, /chat/completions beside /v1/sonar, OpenAI parameters',
    },
    {
      url: 'https://docs.getbifrost.ai/providers/supported-providers/perplexity',
      asOf: '2026-11-22',
      proves: 'parameters that are not taken, minimal as low, no list of models',
    },
    {
      url: 'https://github.com/vercel/ai/tree/main/packages/perplexity/src/__fixtures__',
      asOf: '2026-11-22',
      proves: 'usage and citations in each chunk, object chat.completion.done at the end',
    },
  ],
};
