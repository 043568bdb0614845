import type { ProviderSettings } from '../../../config/file/gateway-settings.types.js';
import { OPENAI_COMPATIBLE_PROFILE } from './openai-compatible.profile.js';
import { OPENAI_PROFILE } from './openai.profile.js';
import type { ProviderProfile } from './provider-profile.types.js';

type ProfileOf = (settings: ProviderSettings) => ProviderProfile;

/** The types that are profiles, and the profile of a provider of that type. */
export const PROFILES = {
  openai: () => OPENAI_PROFILE,
  'openai-compatible': customProfile,
} as const satisfies Readonly<Partial<Record<ProviderSettings['type'], ProfileOf>>>;

/**
 * The paths follow the base URL as OpenAI's SDKs have it (`https://example.com/v1` + `/chat/completions`). A base URL
 * that is a mere origin has the usual `/v1` before them.
 */
function customProfile({ baseUrl }: ProviderSettings): ProviderProfile {
  const root = new URL(baseUrl).pathname === '/' ? '/v1' : '';
  return { ...OPENAI_COMPATIBLE_PROFILE, paths: { root } };
}
