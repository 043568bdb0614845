import { isProviderType, type ProviderType, typeFacts } from './provider-types.js';
import type { RawView } from './raw-view.js';
import type { LocatedProblem } from './source-map.js';

/** What fits into a header, and so may be a key. */
const PRINTABLE = /^[\x21-\x7e]+$/;

/** What the schema cannot say of providers: their addresses, keys and the names of these. */
export function providerProblems(provider: RawView): LocatedProblem[] {
  return [
    ...addressProblems(provider),
    ...urlProblems(provider.get('base_url')),
    ...keyProblems(provider.get('keys').items()),
  ];
}

/** A type without an address of its own needs one. */
function addressProblems(provider: RawView): LocatedProblem[] {
  const type = typeOf(provider);
  if (type === undefined || typeFacts(type).baseUrl !== undefined || provider.get('base_url').value !== undefined) {
    return [];
  }
  const message = `the field 'base_url' is missing: a provider of type '${type}' has no address of its own, so add it`;
  return [{ pointer: provider.pointer, message }];
}

function typeOf(provider: RawView): ProviderType | undefined {
  const type = provider.get('type').text;
  return type !== undefined && isProviderType(type) ? type : undefined;
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
