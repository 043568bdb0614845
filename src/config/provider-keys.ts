/** Providers that a gateway without a file has when their usual key is set, and the setting that holds it. */
export const PROVIDER_KEYS = [
  { type: 'openai', setting: 'OPENAI_API_KEY' },
  { type: 'anthropic', setting: 'ANTHROPIC_API_KEY' },
  { type: 'gemini', setting: 'GEMINI_API_KEY' },
  { type: 'groq', setting: 'GROQ_API_KEY' },
  { type: 'openrouter', setting: 'OPENROUTER_API_KEY' },
  { type: 'together', setting: 'TOGETHER_API_KEY' },
  { type: 'fireworks', setting: 'FIREWORKS_API_KEY' },
  { type: 'deepseek', setting: 'DEEPSEEK_API_KEY' },
  { type: 'mistral', setting: 'MISTRAL_API_KEY' },
  { type: 'xai', setting: 'XAI_API_KEY' },
  { type: 'perplexity', setting: 'PERPLEXITY_API_KEY' },
  { type: 'sambanova', setting: 'SAMBANOVA_API_KEY' },
  { type: 'nvidia', setting: 'NVIDIA_API_KEY' },
] as const;

type KeySettings = Readonly<Partial<Record<(typeof PROVIDER_KEYS)[number]['setting'], string>>>;

/** Whether any of the keys is set. */
export function hasProviderKey(settings: KeySettings): boolean {
  return PROVIDER_KEYS.some(({ setting }) => settings[setting]);
}
