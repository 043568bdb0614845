/** What configuration has to know of a provider's `type`; everything else is in the type's profile. */
interface ProviderTypeFacts {
  /** The vendor's own address. Without one, the file has to name it. */
  readonly baseUrl?: string;
  /**
   * What a base URL may end with that the paths bring along themselves: people write the `/v1` that OpenAI's SDKs want.
   * Without it, the address is used as it is written.
   */
  readonly ignoredEnd?: RegExp;
  /** Whether it works without a key, as servers on one's own machines do. */
  readonly keyless?: true;
  /** Whether a profile describes it, which the file may change. */
  readonly profiled?: true;
}

const V1 = /\/v1$/;

/** What a provider's `type` may be. The addresses are those of the vendors' own documentation; the profiles name it. */
export const PROVIDER_TYPES = {
  cerebras: { baseUrl: 'https://api.cerebras.ai', ignoredEnd: V1 },
  anthropic: { baseUrl: 'https://api.anthropic.com', ignoredEnd: V1 },
  gemini: { baseUrl: 'https://generativelanguage.googleapis.com', ignoredEnd: /\/v1(?:alpha|beta)?$/ },
  openai: { baseUrl: 'https://api.openai.com', ignoredEnd: V1, profiled: true },
  'azure-openai': { ignoredEnd: /\/openai(?:\/v1)?$/, profiled: true },
  groq: { baseUrl: 'https://api.groq.com/openai', ignoredEnd: V1, profiled: true },
  openrouter: { baseUrl: 'https://openrouter.ai/api', ignoredEnd: V1, profiled: true },
  together: { baseUrl: 'https://api.together.xyz', ignoredEnd: V1, profiled: true },
  fireworks: { baseUrl: 'https://api.fireworks.ai/inference', ignoredEnd: V1, profiled: true },
  deepseek: { baseUrl: 'https://api.deepseek.com', profiled: true },
  mistral: { baseUrl: 'https://api.mistral.ai', ignoredEnd: V1, profiled: true },
  xai: { baseUrl: 'https://api.x.ai', ignoredEnd: V1, profiled: true },
  perplexity: { baseUrl: 'https://api.perplexity.ai', profiled: true },
  sambanova: { baseUrl: 'https://api.sambanova.ai', ignoredEnd: V1, profiled: true },
  nvidia: { baseUrl: 'https://integrate.api.nvidia.com', ignoredEnd: V1, profiled: true },
  ollama: { baseUrl: 'http://localhost:11434', ignoredEnd: V1, keyless: true, profiled: true },
  vllm: { baseUrl: 'http://localhost:8000', ignoredEnd: V1, keyless: true, profiled: true },
  sglang: { baseUrl: 'http://localhost:30000', ignoredEnd: V1, keyless: true, profiled: true },
  lmstudio: { baseUrl: 'http://localhost:1234', ignoredEnd: V1, keyless: true, profiled: true },
  'openai-compatible': { keyless: true, profiled: true },
} as const satisfies Record<string, ProviderTypeFacts>;

export type ProviderType = keyof typeof PROVIDER_TYPES;

export function isProviderType(name: string): name is ProviderType {
  return Object.hasOwn(PROVIDER_TYPES, name);
}

export function typeFacts(type: ProviderType): ProviderTypeFacts {
  return PROVIDER_TYPES[type];
}

/** The address without a final slash, and without what the type's paths begin with. */
export function normaliseBaseUrl(type: ProviderType, url: string): string {
  const plain = url.replace(/\/+$/, '');
  const { ignoredEnd } = typeFacts(type);
  return ignoredEnd ? plain.replace(ignoredEnd, '') : plain;
}
