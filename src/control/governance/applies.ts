import { matchesPattern } from '../../config/file/model-pattern.js';
import type { Applicability } from '../contract/terms.types.js';

/** Whether a budget or limit is about a model of a provider. */
export function appliesTo({ models, providers }: Applicability, provider: string, model: string): boolean {
  if (providers.length > 0 && !providers.some((pattern) => matchesPattern(pattern, provider))) return false;
  if (models.length === 0) return true;
  return models.some((pattern) => matchesPattern(pattern, model) || matchesPattern(pattern, `${provider}/${model}`));
}
