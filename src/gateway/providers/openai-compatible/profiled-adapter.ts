import type { ProviderSettings } from '../../../config/file/gateway-settings.types.js';
import { profileOf, type ProfiledType } from '../profiles/profile-of.js';
import type { ProviderProfile } from '../profiles/provider-profile.types.js';
import type { Provider } from '../provider.port.js';
import type { ProviderParts } from '../provider-parts.js';
import { ProfiledProvider } from './profiled.provider.js';

/** How the providers of a type are made that a profile describes. */
export function profiledAdapter(type: ProfiledType) {
  return {
    headers: (secret: string, settings: ProviderSettings): Record<string, string> =>
      headersOf(profileOf(type, settings), secret),
    make: (parts: ProviderParts, settings: ProviderSettings): Provider =>
      new ProfiledProvider(parts, profileOf(type, settings), settings.deployments),
    learnsQuota: false,
  };
}

function headersOf({ auth }: ProviderProfile, secret: string): Record<string, string> {
  const headers = { 'user-agent': 'asbru', 'accept-encoding': 'identity' };
  // A server on one's own machine may need no key.
  if (secret === '') return headers;
  return { ...headers, [auth.header]: auth.scheme === '' ? secret : `${auth.scheme} ${secret}` };
}
