import { isObject } from '../json-value.js';
import type { UpstreamAnswer } from '../upstream-answer.js';
import { json } from './openai-answer.js';
import { anything, check, string } from './openai-fields.js';
import { modelFor } from './openai-models.js';
import { wrongType } from './openai-refusal.js';

const CATEGORIES = ['harassment', 'hate', 'illicit', 'self-harm', 'sexual', 'violence'];

/** POST /v1/moderations: what has the word of a category in it belongs to that category. */
export function moderate(request: unknown): UpstreamAnswer {
  const body = check(request, { required: ['input'], fields: { input: anything, model: string } });
  const model = modelFor('moderations', body['model'] ?? 'omni-moderation-latest').id;
  const results = textsOf(body['input']).map((text) => {
    const hits = new Set(CATEGORIES.filter((category) => text.toLowerCase().includes(category)));
    return {
      flagged: hits.size > 0,
      categories: Object.fromEntries(CATEGORIES.map((category) => [category, hits.has(category)])),
      category_scores: Object.fromEntries(CATEGORIES.map((category) => [category, hits.has(category) ? 0.98 : 0.0001])),
      category_applied_input_types: Object.fromEntries(CATEGORIES.map((category) => [category, ['text']])),
    };
  });
  return json({ id: 'modr-sandbox', model, results });
}

function textsOf(input: unknown): string[] {
  if (typeof input === 'string') return [input];
  if (!Array.isArray(input) || input.length === 0) throw wrongType('input', 'a string or a list');
  if (input.every((item) => typeof item === 'string')) return input;
  const parts = input.map((part: unknown, index) => {
    if (!isObject(part)) throw wrongType(`input[${index}]`, 'an object');
    return part['type'] === 'text' ? String(part['text']) : '';
  });
  return [parts.join(' ')];
}
