import { matchesPattern } from '../../config/file/model-pattern.js';
import type { KeyHolder } from './key-directory.port.js';

type ModelTerms = Pick<KeyHolder, 'allowedProviders' | 'allowedModels' | 'deniedModels'>;

/** Whether any of the patterns, in which `*` stands for any characters, matches. */
export function anyMatches(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => matchesPattern(pattern, text));
}

/**
 * Whether a key may use a model of a provider.
 * @param name the name that led to it, an alias for example: it may be allowed or denied by that as well
 */
export function permitsModel(terms: ModelTerms, provider: string, model: string, name?: string): boolean {
  if (!anyMatches(terms.allowedProviders, provider)) return false;
  const names = name === undefined ? [`${provider}/${model}`, model] : [`${provider}/${model}`, model, name];
  return names.some((one) => permitsName(terms, one)) && !names.some((one) => anyMatches(terms.deniedModels, one));
}

/** Whether a key may use what a name leads to, as far as the name says. */
export function permitsName(
  { allowedModels, deniedModels }: Omit<ModelTerms, 'allowedProviders'>,
  name: string,
): boolean {
  return anyMatches(allowedModels, name) && !anyMatches(deniedModels, name);
}
