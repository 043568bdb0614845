import { EgressPolicy, literalOf } from '../../common/http/egress/egress-policy.js';
import { readCertificates } from './certificate-file.js';
import type { RawView } from './raw-view.js';
import type { LocatedProblem } from './source-map.js';

/** What fits into a header, and so may be a key. */
const PRINTABLE = /^[\x21-\x7e]+$/;

/** What the schema cannot say of providers: their addresses, keys and the names of these. */
export function providerProblems(provider: RawView): LocatedProblem[] {
  return [
    ...urlProblems(provider.get('base_url')),
    ...addressProblems(provider),
    ...certificateProblems(provider.get('ca_file')),
    ...missingKeys(provider),
    ...keyProblems(provider.get('keys').items()),
  ];
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

/** Without keys of its own a provider can only use those of the callers. */
function missingKeys(provider: RawView): LocatedProblem[] {
  if (provider.get('keys').value !== undefined || provider.get('passthrough_keys').value === true) return [];
  const { pointer } = provider;
  return [{ pointer, message: "the field 'keys' is missing: add it, or set passthrough_keys: true" }];
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
