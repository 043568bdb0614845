import type { ProviderSettings } from '../../config/file/gateway-settings.types.js';
import { anthropicHeaders, AnthropicProvider } from './anthropic/anthropic.provider.js';
import { cerebrasHeaders, CerebrasProvider } from './cerebras/cerebras.provider.js';
import { geminiHeaders, GeminiProvider } from './gemini/gemini.provider.js';
import { profiledAdapter } from './openai-compatible/profiled-adapter.js';
import type { ProviderParts } from './provider-parts.js';
import type { Provider } from './provider.port.js';

/** How the providers of one configured `type` are made. */
export interface ProviderAdapter {
  /** Headers of each request with a key: the credential, and who asks. */
  headers(secret: string, settings: ProviderSettings): Record<string, string>;
  make(parts: ProviderParts, settings: ProviderSettings): Provider;
  /** Whether limits are learned from the answers' headers as Cerebras sends them, and kept before a request is sent. */
  readonly learnsQuota: boolean;
}

const CEREBRAS: ProviderAdapter = {
  headers: cerebrasHeaders,
  make: (parts) => new CerebrasProvider(parts),
  learnsQuota: true,
};

const ANTHROPIC: ProviderAdapter = {
  headers: anthropicHeaders,
  make: (parts) => new AnthropicProvider(parts),
  learnsQuota: false,
};

const GEMINI: ProviderAdapter = {
  headers: geminiHeaders,
  make: (parts) => new GeminiProvider(parts),
  learnsQuota: false,
};

/** By what they are called in configuration. */
const ADAPTERS: Readonly<Partial<Record<ProviderSettings['type'], ProviderAdapter>>> = {
  cerebras: CEREBRAS,
  anthropic: ANTHROPIC,
  gemini: GEMINI,
  openai: profiledAdapter('openai'),
  'azure-openai': profiledAdapter('azure-openai'),
  groq: profiledAdapter('groq'),
  openrouter: profiledAdapter('openrouter'),
  together: profiledAdapter('together'),
  fireworks: profiledAdapter('fireworks'),
  deepseek: profiledAdapter('deepseek'),
  mistral: profiledAdapter('mistral'),
  xai: profiledAdapter('xai'),
  perplexity: profiledAdapter('perplexity'),
  sambanova: profiledAdapter('sambanova'),
  nvidia: profiledAdapter('nvidia'),
  ollama: profiledAdapter('ollama'),
  vllm: profiledAdapter('vllm'),
  sglang: profiledAdapter('sglang'),
  lmstudio: profiledAdapter('lmstudio'),
  'openai-compatible': profiledAdapter('openai-compatible'),
};

export function adapterOf(type: ProviderSettings['type']): ProviderAdapter {
  const adapter = ADAPTERS[type];
  if (!adapter) throw new Error(`No adapter for providers of type '${type}'`);
  return adapter;
}
