import { estimateTokens } from '../token-estimate.js';
import { hashText, SeededRandom } from '../seeded-random.js';
import type { UpstreamAnswer } from '../upstream-answer.js';
import { json } from './openai-answer.js';
import { anything, check, integer, oneOf, string } from './openai-fields.js';
import { modelFor } from './openai-models.js';
import { OpenAiRefusal, wrongType, wrongValue } from './openai-refusal.js';

const MAX_INPUTS = 2048;

/** POST /v1/embeddings: the same text always has the same vector, of length one. */
export function embed(request: unknown): UpstreamAnswer {
  const body = check(request, {
    required: ['input', 'model'],
    fields: {
      input: anything,
      model: string,
      encoding_format: oneOf('float', 'base64'),
      dimensions: integer(1, 3072),
      user: string,
    },
  });
  const model = modelFor('embeddings', body['model']);
  const inputs = inputsOf(body['input']);
  const length = body['dimensions'] ?? model.dimensions;
  if (typeof length !== 'number') throw wrongType('dimensions', 'an integer');
  if (length !== model.dimensions && !model.shortens) {
    throw new OpenAiRefusal(400, 'This model does not support specifying dimensions.', { param: 'dimensions' });
  }
  if (length > model.dimensions) throw wrongValue('dimensions', `Invalid 'dimensions': at most ${model.dimensions}.`);
  const tokens = inputs.reduce((sum, input) => sum + input.tokens, 0);
  return json({
    object: 'list',
    data: inputs.map(({ seed }, index) => {
      const vector = vectorOf(seed, length);
      const embedding = body['encoding_format'] === 'base64' ? toBase64(vector) : vector;
      return { object: 'embedding', index, embedding };
    }),
    model: model.id,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  });
}

interface Input {
  seed: number;
  tokens: number;
}

function inputsOf(input: unknown): Input[] {
  if (typeof input === 'string') return [textInput(input, 'input')];
  if (!Array.isArray(input) || input.length === 0) throw wrongType('input', 'a string or a list');
  if (input.length > MAX_INPUTS) throw wrongValue('input', `Invalid 'input': at most ${MAX_INPUTS} items.`);
  if (input.every((item) => Number.isInteger(item))) return [tokenInput(input)];
  return input.map((item: unknown, index) => {
    if (typeof item === 'string') return textInput(item, `input[${index}]`);
    if (Array.isArray(item) && item.every((token) => Number.isInteger(token))) return tokenInput(item);
    throw wrongType(`input[${index}]`, 'a string or a list of tokens');
  });
}

function textInput(text: string, param: string): Input {
  if (text === '') throw wrongValue(param, `Invalid '${param}': input cannot be an empty string.`);
  return { seed: hashText(text), tokens: estimateTokens(text) };
}

function tokenInput(tokens: readonly unknown[]): Input {
  return { seed: hashText(tokens.join(' ')), tokens: tokens.length };
}

function vectorOf(seed: number, length: number): number[] {
  const random = new SeededRandom(seed);
  const raw = Array.from({ length }, () => random.next(20_001) / 10_000 - 1);
  const norm = Math.hypot(...raw) || 1;
  return raw.map((value) => Math.fround(value / norm));
}

function toBase64(vector: readonly number[]): string {
  return Buffer.from(Float32Array.from(vector).buffer).toString('base64');
}
