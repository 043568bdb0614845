/** What configuration has to know of a provider's `type`; everything else is in the type's profile. */
interface ProviderTypeFacts {
  /** The vendor's own address. Without one, the file has to name it. */
  readonly baseUrl?: string;
  /**
   * What a base URL may end with that the paths bring along themselves: people write the `/v1` that OpenAI's SDKs want.
   * Without it, the address is used as it is written.
   */
  readonly ignoredEnd?: RegExp;
  /** Runs on one's own machines, where a key is not usual. */
  readonly isLocal?: true;
}

const V1 = /\/v1$/;

/** What a provider's `type` may be. */
export const PROVIDER_TYPES = {
  cerebras: { baseUrl: 'https://api.cerebras.ai', ignoredEnd: V1 },
  anthropic: { baseUrl: 'https://api.anthropic.com', ignoredEnd: V1 },
  gemini: { baseUrl: 'https://generativelanguage.googleapis.com', ignoredEnd: V1 },
  openai: { baseUrl: 'https://api.openai.com', ignoredEnd: V1 },
  'openai-compatible': {},
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
