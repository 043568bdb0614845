import { KEY_SCOPES, type KeyScope } from '../../common/access/access.js';
import { isRecord } from '../../common/json/is-record.js';
import { LIMITER_DOWN, type LimiterDown } from '../contract/terms.types.js';

/** What a virtual key may do, as its row holds it. */
export interface KeyTerms {
  readonly scopes: readonly KeyScope[];
  readonly allowed_providers: readonly string[];
  readonly allowed_models: readonly string[];
  readonly denied_models: readonly string[];
  readonly allowed_upstream_keys: readonly string[];
  readonly networks: readonly string[];
  readonly required_headers: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly store_content: boolean | null;
  readonly on_limiter_down: LimiterDown | null;
  readonly max_output_tokens: number | null;
  readonly on_unpriced: 'refuse' | 'allow';
}

/** Of a key that says nothing: it may call for inference, and nothing is allowed to be called. */
export const DEFAULT_TERMS: KeyTerms = {
  scopes: ['inference', 'models'],
  allowed_providers: [],
  allowed_models: [],
  denied_models: [],
  allowed_upstream_keys: ['*'],
  networks: [],
  required_headers: {},
  tags: [],
  store_content: null,
  on_limiter_down: null,
  max_output_tokens: null,
  on_unpriced: 'refuse',
};

/** What is given over what is there; null is the default. The members have one order, so that equal terms are equal texts. */
export function writeTerms(given: Partial<Record<keyof KeyTerms, unknown>>, before: KeyTerms = DEFAULT_TERMS): string {
  const terms: Record<keyof KeyTerms, unknown> = { ...DEFAULT_TERMS };
  for (const name of TERM_NAMES) {
    const value = given[name];
    terms[name] = value === undefined ? before[name] : (value ?? DEFAULT_TERMS[name]);
  }
  terms.required_headers = lowerCaseNames(terms.required_headers);
  return JSON.stringify(terms);
}

/** Reads what `writeTerms` wrote; whatever else a row may hold allows nothing. */
export function readTerms(text: string): KeyTerms {
  const value: unknown = JSON.parse(text);
  if (!isRecord(value)) return { ...DEFAULT_TERMS, scopes: [] };
  return {
    scopes: texts(value.scopes).flatMap((name) => KEY_SCOPES.find((scope) => scope === name) ?? []),
    allowed_providers: texts(value.allowed_providers),
    allowed_models: texts(value.allowed_models),
    denied_models: texts(value.denied_models),
    allowed_upstream_keys: texts(value.allowed_upstream_keys),
    networks: texts(value.networks),
    required_headers: lowerCaseNames(value.required_headers),
    tags: texts(value.tags),
    store_content: typeof value.store_content === 'boolean' ? value.store_content : null,
    on_limiter_down: LIMITER_DOWN.find((policy) => policy === value.on_limiter_down) ?? null,
    max_output_tokens: typeof value.max_output_tokens === 'number' ? value.max_output_tokens : null,
    on_unpriced: value.on_unpriced === 'allow' ? 'allow' : 'refuse',
  };
}

const TERM_NAMES = [
  'scopes',
  'allowed_providers',
  'allowed_models',
  'denied_models',
  'allowed_upstream_keys',
  'networks',
  'required_headers',
  'tags',
  'store_content',
  'on_limiter_down',
  'max_output_tokens',
  'on_unpriced',
] as const satisfies ReadonlyArray<keyof KeyTerms>;

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

function lowerCaseNames(value: unknown): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, pattern] of Object.entries(isRecord(value) ? value : {})) {
    if (typeof pattern === 'string') headers[name.toLowerCase()] = pattern;
  }
  return headers;
}
