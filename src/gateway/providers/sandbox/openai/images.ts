import { createHash } from 'node:crypto';
import { estimateTokens } from '../token-estimate.js';
import type { JsonObject } from '../json-value.js';
import type { UpstreamAnswer } from '../upstream-answer.js';
import type { Form } from './multipart-form.js';
import { fieldOf, fileOf } from './multipart-form.js';
import { events, json, namedEvent } from './openai-answer.js';
import { boolean, check, integer, oneOf, string } from './openai-fields.js';
import { modelFor } from './openai-models.js';
import { wrongValue } from './openai-refusal.js';

const SIZES = oneOf('auto', '256x256', '512x512', '1024x1024', '1024x1536', '1536x1024', '1792x1024', '1024x1792');
/** One pixel, which is a picture for anybody who looks at its bytes. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** POST /v1/images/generations */
export function generate(request: unknown): UpstreamAnswer {
  const body = check(request, {
    required: ['prompt'],
    fields: {
      prompt: string,
      model: string,
      n: integer(1, 10),
      size: SIZES,
      quality: oneOf('auto', 'low', 'medium', 'high', 'standard', 'hd'),
      response_format: oneOf('url', 'b64_json'),
      style: oneOf('vivid', 'natural'),
      background: oneOf('auto', 'transparent', 'opaque'),
      moderation: oneOf('auto', 'low'),
      output_format: oneOf('png', 'jpeg', 'webp'),
      output_compression: integer(0, 100),
      partial_images: integer(0, 3),
      stream: boolean,
      user: string,
    },
  });
  const model = modelFor('images', body['model'] ?? 'dall-e-2').id;
  if (model !== 'gpt-image-1') return json(images(body, model));
  if (body['response_format'] !== undefined) {
    throw wrongValue('response_format', "Unknown parameter: 'response_format'.");
  }
  return body['stream'] === true ? stream(body, 'image_generation') : json(images(body, model));
}

/** POST /v1/images/edits and /v1/images/variations: a form, the picture in `image`. */
export function change(form: Form, how: 'edits' | 'variations'): UpstreamAnswer {
  const model = modelFor('images', form.fields.get('model') ?? 'dall-e-2').id;
  const { content } = fileOf(form, 'image');
  const prompt = how === 'edits' ? fieldOf(form, 'prompt') : 'a variation';
  // Tells a test that the bytes came as they were sent.
  const revised_prompt = `${prompt} (${content.length} bytes, ${createHash('sha256').update(content).digest('hex')})`;
  const body = { prompt, n: Number(form.fields.get('n') ?? 1) };
  if (form.fields.get('stream') === 'true') return stream(body, 'image_edit');
  return json({ ...images(body, model), data: [{ b64_json: PIXEL, revised_prompt }] });
}

function images(body: JsonObject, model: string) {
  const data = Array.from({ length: Number(body['n'] ?? 1) }, (_, index) =>
    model === 'gpt-image-1' || body['response_format'] === 'b64_json'
      ? { b64_json: PIXEL }
      : { url: `https://images.example.com/${index}.png` },
  );
  return { created: 1_780_179_233, data, ...(model === 'gpt-image-1' && { usage: usageOf(body) }) };
}

function stream(body: JsonObject, kind: 'image_generation' | 'image_edit'): UpstreamAnswer {
  const about = {
    created_at: 1_780_179_233,
    size: '1024x1024',
    quality: 'high',
    background: 'opaque',
    output_format: 'png',
  };
  const partial = Array.from({ length: Number(body['partial_images'] ?? 1) }, (_, partial_image_index) =>
    namedEvent({ type: `${kind}.partial_image`, b64_json: PIXEL, partial_image_index, ...about }),
  );
  const last = namedEvent({ type: `${kind}.completed`, b64_json: PIXEL, ...about, usage: usageOf(body) });
  return events([...partial, last]);
}

function usageOf({ prompt }: JsonObject) {
  const input = estimateTokens(String(prompt));
  return {
    total_tokens: input + 4160,
    input_tokens: input,
    output_tokens: 4160,
    input_tokens_details: { text_tokens: input, image_tokens: 0 },
  };
}
