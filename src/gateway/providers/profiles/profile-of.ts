import type { ProviderSettings } from '../../../config/file/gateway-settings.types.js';
import { azureProfile } from './azure-openai.profile.js';
import { customised } from './custom-profile.js';
import { DEEPSEEK_PROFILE } from './deepseek.profile.js';
import { FIREWORKS_PROFILE } from './fireworks.profile.js';
import { GROQ_PROFILE } from './groq.profile.js';
import { LMSTUDIO_PROFILE } from './lmstudio.profile.js';
import { MISTRAL_PROFILE } from './mistral.profile.js';
import { NVIDIA_PROFILE } from './nvidia.profile.js';
import { OLLAMA_PROFILE } from './ollama.profile.js';
import { OPENAI_COMPATIBLE_PROFILE } from './openai-compatible.profile.js';
import { OPENAI_PROFILE } from './openai.profile.js';
import { OPENROUTER_PROFILE } from './openrouter.profile.js';
import { PERPLEXITY_PROFILE } from './perplexity.profile.js';
import type { ProviderProfile } from './provider-profile.types.js';
import { SAMBANOVA_PROFILE } from './sambanova.profile.js';
import { SGLANG_PROFILE } from './sglang.profile.js';
import { TOGETHER_PROFILE } from './together.profile.js';
import { VLLM_PROFILE } from './vllm.profile.js';
import { XAI_PROFILE } from './xai.profile.js';

/** The profiles that do not depend on the settings, by type. */
export const PROFILES = {
  openai: OPENAI_PROFILE,
  groq: GROQ_PROFILE,
  openrouter: OPENROUTER_PROFILE,
  together: TOGETHER_PROFILE,
  fireworks: FIREWORKS_PROFILE,
  deepseek: DEEPSEEK_PROFILE,
  mistral: MISTRAL_PROFILE,
  xai: XAI_PROFILE,
  perplexity: PERPLEXITY_PROFILE,
  sambanova: SAMBANOVA_PROFILE,
  nvidia: NVIDIA_PROFILE,
  ollama: OLLAMA_PROFILE,
  vllm: VLLM_PROFILE,
  sglang: SGLANG_PROFILE,
  lmstudio: LMSTUDIO_PROFILE,
} as const satisfies Readonly<Partial<Record<ProviderSettings['type'], ProviderProfile>>>;

export type ProfiledType = keyof typeof PROFILES | 'azure-openai' | 'openai-compatible';

/** The profile of a provider, with what its file says of it. */
export function profileOf(type: ProfiledType, settings: ProviderSettings): ProviderProfile {
  return customised(typeProfile(type, settings), settings.profile);
}

function typeProfile(type: ProfiledType, { apiVersion, baseUrl }: ProviderSettings): ProviderProfile {
  if (type === 'azure-openai') return azureProfile(apiVersion);
  return type === 'openai-compatible' ? anyProfile(baseUrl) : PROFILES[type];
}

/**
 * The paths follow the base URL as OpenAI's SDKs have it (`https://example.com/v1` + `/chat/completions`). A base URL
 * that is a mere origin has the usual `/v1` before them.
 */
function anyProfile(baseUrl: string): ProviderProfile {
  const root = new URL(baseUrl).pathname === '/' ? '/v1' : '';
  return { ...OPENAI_COMPATIBLE_PROFILE, paths: { root } };
}
