import { EgressPolicy, literalOf } from '../../common/http/egress/egress-policy.js';
import { readCertificates } from './certificate-file.js';
import { isProviderType, type ProviderType, typeFacts } from './provider-types.js';
import type { RawView } from './raw-view.js';
import type { LocatedProblem } from './source-map.js';

/** What fits into a header, and so may be a key. */
const PRINTABLE = /^[\x21-\x7e]+$/;
/** What fits into a header between two other characters, too. */
const HEADER_VALUE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** What the schema cannot say of providers: what depends on their type, their addresses, headers, keys and names of keys. */
export function providerProblems(provider: RawView): LocatedProblem[] {
  const type = typeOf(provider);
  return [
    ...(type === undefined ? [] : typeProblems(type, provider)),
    ...urlProblems(provider.get('base_url')),
    ...addressProblems(provider),
    ...certificateProblems(provider.get('ca_file')),
    ...headerProblems(provider.get('headers')),
    ...profileProblems(provider.get('profile')),
    ...keyProblems(provider.get('keys').items()),
  ];
}

function typeOf(provider: RawView): ProviderType | undefined {
  const type = provider.get('type').text;
  return type !== undefined && isProviderType(type) ? type : undefined;
}

function typeProblems(type: ProviderType, provider: RawView): LocatedProblem[] {
  const { baseUrl, keyless, profiled } = typeFacts(type);
  const problems: LocatedProblem[] = [];
  if (baseUrl === undefined && provider.get('base_url').value === undefined) {
    const message = `the field 'base_url' is missing: a provider of type '${type}' has no address of its own, so add it`;
    problems.push({ pointer: provider.pointer, message });
  }
  if (!keyless && lacksKeys(provider)) {
    const message = "the field 'keys' is missing: add it, or set passthrough_keys: true";
    problems.push({ pointer: provider.pointer, message });
  }
  for (const name of ['api_version', 'deployments']) {
    if (type !== 'azure-openai') problems.push(...uselessProblem(provider.get(name), type));
  }
  if (!profiled) problems.push(...uselessProblem(provider.get('profile'), type));
  return problems;
}

/** Without keys of its own a provider can only use those of the callers. */
function lacksKeys(provider: RawView): boolean {
  return provider.get('keys').value === undefined && provider.get('passthrough_keys').value !== true;
}

function uselessProblem({ value, pointer }: RawView, type: ProviderType): LocatedProblem[] {
  if (value === undefined) return [];
  return [{ pointer, message: `has no effect for a provider of type '${type}': remove it`, onKey: true }];
}

/** What would be refused at each connection is better said at the start. */
function addressProblems(provider: RawView): LocatedProblem[] {
  const { text, pointer } = provider.get('base_url');
  const host = text === undefined ? undefined : URL.parse(text)?.hostname;
  if (host === undefined || literalOf(host) === undefined) return [];
  const policy = new EgressPolicy({ allowPrivateAddresses: provider.get('allow_private_addresses').value === true });
  if (policy.allows(host, literalOf(host) ?? '')) return [];
  const message =
    'is a link-local address, where clouds keep metadata: set allow_private_addresses: true if that is meant';
  return [{ pointer, message }];
}

function certificateProblems({ text, pointer }: RawView): LocatedProblem[] {
  if (!text) return [];
  try {
    readCertificates(text);
    return [];
  } catch (error) {
    return [{ pointer, message: error instanceof Error ? error.message : String(error) }];
  }
}

function urlProblems({ text, pointer }: RawView): LocatedProblem[] {
  if (text === undefined) return [];
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) {
    return [{ pointer, message: 'must be a URL that begins with http:// or https://' }];
  }
  if (url.username || url.password) {
    return [{ pointer, message: 'must hold no user name or password: put the key under keys' }];
  }
  return url.search || url.hash ? [{ pointer, message: 'must hold no query (?) and no fragment (#)' }] : [];
}

/** What belongs to the connection, to the request itself, or to the gateway. */
const OWN_HEADERS = new Set([
  'connection',
  'content-length',
  'content-type',
  'accept-encoding',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'via',
  'x-asbru-hops',
]);
/** Where keys stand. */
const KEY_HEADERS = new Set(['authorization', 'api-key', 'x-api-key', 'x-goog-api-key']);

function headerProblems(headers: RawView): LocatedProblem[] {
  const seen = new Set<string>();
  return headers.entries().flatMap(([name, value]): LocatedProblem[] => {
    const { pointer, text } = value;
    const header = name.toLowerCase();
    if (OWN_HEADERS.has(header))
      return [{ pointer, message: 'this header is the gateway’s own: remove it', onKey: true }];
    if (KEY_HEADERS.has(header)) {
      return [{ pointer, message: 'holds a key: put it under keys, and its header under profile.auth', onKey: true }];
    }
    if (seen.has(header)) return [{ pointer, message: 'this header is there twice: remove one', onKey: true }];
    seen.add(header);
    if (!text || HEADER_VALUE.test(text)) return [];
    return [{ pointer, message: 'holds a line break, or a character or a space at its ends that no header has' }];
  });
}

/** A parameter can be treated in one way only. */
function profileProblems(profile: RawView): LocatedProblem[] {
  const passed = new Set(
    profile
      .get('pass')
      .items()
      .map(({ text }) => text),
  );
  const filtered = new Set(
    profile
      .get('filter')
      .items()
      .map(({ text }) => text),
  );
  const twice = profile
    .get('filter')
    .items()
    .filter(({ text }) => text !== undefined && passed.has(text))
    .map(({ pointer }) => ({ pointer, message: 'is under pass too: remove one' }));
  const renamed = profile
    .get('rename')
    .entries()
    .filter(([name]) => filtered.has(name))
    .map(([, { pointer }]) => ({ pointer, message: 'is under filter too: remove one', onKey: true }));
  const header = profile.get('auth').get('header');
  const forbidden = OWN_HEADERS.has(header.text?.toLowerCase() ?? '');
  const auth = forbidden ? [{ pointer: header.pointer, message: 'no key can be sent in this header' }] : [];
  return [...twice, ...renamed, ...auth];
}

function keyProblems(keys: readonly RawView[]): LocatedProblem[] {
  const names = new Set<string>();
  const problems: LocatedProblem[] = [];
  for (const key of keys) {
    const name = key.get('name');
    if (name.text !== undefined && names.has(name.text)) {
      problems.push({
        pointer: name.pointer,
        message: 'another key of this provider has this name: choose a different one',
      });
    }
    if (name.text !== undefined) names.add(name.text);
    const value = key.get('value');
    if (value.text && !PRINTABLE.test(value.text)) {
      const message = 'holds a space, a line break or a character that no key has: check for a line break at its end';
      problems.push({ pointer: value.pointer, message });
    }
  }
  return problems;
}
