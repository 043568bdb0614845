import { readCertificates } from './certificate-file.js';
import { dictionary } from './dictionary.js';
import type { KeySettings, ModelOverride, ProviderSettings, RetrySettings } from './gateway-settings.types.js';
import { bySpecificity } from './model-pattern.js';
import { policyOf } from './policy-builder.js';
import { profileOf } from './profile-builder.js';
import { normaliseBaseUrl, typeFacts } from './provider-types.js';
import type { RawKey, RawPolicy, RawProvider } from './raw-settings.types.js';
import { Secret } from './secret.js';
import { DEFAULTS } from './settings-defaults.js';

/** Stands for the missing key of an upstream that needs none. */
const NO_KEY: RawKey = { name: 'none', value: '' };

/** Without a key in the file: none where callers send their own, else the one of an upstream that needs none. */
function keysOf({ type, keys, passthrough_keys }: RawProvider): KeySettings[] {
  if (keys) return keys.map(keyOf);
  return passthrough_keys && !typeFacts(type).keyless ? [] : [keyOf(NO_KEY)];
}

/** One provider of the file with its defaults. */
export function providerOf(name: string, raw: RawProvider, sandbox: boolean): ProviderSettings {
  return {
    name,
    type: raw.type,
    baseUrl: normaliseBaseUrl(raw.type, raw.base_url ?? typeFacts(raw.type).baseUrl ?? ''),
    sandbox,
    ...connectionOf(raw),
    headers: dictionary(lowered(raw.headers ?? {}), (value) => new Secret(value)),
    apiVersion: raw.api_version ?? null,
    deployments: dictionary(raw.deployments ?? {}, (deployment) => deployment),
    profile: profileOf(raw.profile ?? {}),
    keys: keysOf(raw),
    retries: retriesOf(raw),
    retiredKeyProbeMs: raw.retired_key_probe_ms ?? DEFAULTS.retired_key_probe_ms,
    policy: policyOf(raw),
    models: overridesOf(raw, raw.models ?? {}),
  };
}

function connectionOf(raw: RawProvider): Pick<ProviderSettings, 'allowPrivateAddresses' | 'ca' | 'passthroughKeys'> {
  return {
    allowPrivateAddresses: raw.allow_private_addresses ?? DEFAULTS.allow_private_addresses,
    ca: raw.ca_file === undefined ? null : readCertificates(raw.ca_file),
    passthroughKeys: raw.passthrough_keys ?? DEFAULTS.passthrough_keys,
  };
}

function retriesOf(raw: RawProvider): RetrySettings {
  const retries = { ...DEFAULTS.retries, ...raw.retries };
  return {
    max: retries.max,
    budgetPercent: retries.budget_percent,
    budgetFloor: retries.budget_floor,
    baseMs: retries.base_ms,
    maxWaitMs: retries.max_wait_ms,
  };
}

/** Header names differ in no letter case. */
function lowered(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function overridesOf(provider: RawPolicy, overrides: Readonly<Record<string, RawPolicy>>): ModelOverride[] {
  return Object.entries(overrides)
    .map(([pattern, override]) => ({ pattern, policy: policyOf(provider, override) }))
    .toSorted((a, b) => bySpecificity(a.pattern, b.pattern));
}

function keyOf(raw: RawKey): KeySettings {
  return {
    name: raw.name,
    value: new Secret(raw.value),
    weight: raw.weight ?? DEFAULTS.key.weight,
    models: [...(raw.models ?? DEFAULTS.key.models)],
    limits: {
      requestsPerMinute: raw.limits?.requests_per_minute ?? null,
      tokensPerMinute: raw.limits?.tokens_per_minute ?? null,
      uncachedTokensPerMinute: raw.limits?.uncached_tokens_per_minute ?? null,
    },
  };
}
