import type { ProviderSettings } from '../../../config/file/gateway-settings.types.js';
import type { ProviderProfile } from '../profiles/provider-profile.types.js';
import type { Provider } from '../provider.port.js';
import type { ProviderParts } from '../provider-parts.js';
import { ProfiledProvider } from './profiled.provider.js';

/** How the providers of a type are made that a profile describes. */
export function profiledAdapter(profileOf: (settings: ProviderSettings) => ProviderProfile) {
  return {
    headers: (secret: string, settings: ProviderSettings): Record<string, string> =>
      headersOf(profileOf(settings), secret),
    make: (parts: ProviderParts, settings: ProviderSettings): Provider =>
      new ProfiledProvider(parts, profileOf(settings)),
    learnsQuota: false,
  };
}

function headersOf({ auth }: ProviderProfile, secret: string): Record<string, string> {
  return {
    'user-agent': 'asbru',
    'accept-encoding': 'identity',
    [auth.header]: auth.scheme === '' ? secret : `${auth.scheme} ${secret}`,
  };
}
