import { createHash } from 'node:crypto';
import { estimateTokens } from '../token-estimate.js';
import { isObject } from '../json-value.js';
import type { UpstreamAnswer } from '../upstream-answer.js';
import { fieldOf, fileOf, type Form } from './multipart-form.js';
import { bytes, events, json, namedEvent, text } from './openai-answer.js';
import { anything, check, number, oneOf, string } from './openai-fields.js';
import { modelFor } from './openai-models.js';
import { wrongType, wrongValue } from './openai-refusal.js';

const TYPES: Readonly<Record<string, string>> = {
  mp3: 'audio/mpeg',
  opus: 'audio/opus',
  aac: 'audio/aac',
  flac: 'audio/flac',
  wav: 'audio/wav',
  pcm: 'audio/pcm',
};
const MAX_INPUT = 4096;

/** POST /v1/audio/speech: bytes that are no sound, but always the same ones for the same text. */
export function speak(request: unknown): UpstreamAnswer {
  const body = check(request, {
    required: ['model', 'input', 'voice'],
    fields: {
      model: string,
      input: string,
      voice: anything,
      instructions: string,
      response_format: oneOf(...Object.keys(TYPES)),
      speed: number(0.25, 4),
      stream_format: oneOf('sse', 'audio'),
    },
  });
  const { id } = modelFor('speech', body['model']);
  const input = String(body['input']);
  if (input.length > MAX_INPUT) throw wrongValue('input', `Invalid 'input': at most ${MAX_INPUT} characters.`);
  const { voice } = body;
  if (typeof voice !== 'string' && !(isObject(voice) && typeof voice['id'] === 'string'))
    throw wrongType('voice', 'a voice');
  const audio = audioOf(input);
  if (body['stream_format'] === 'sse') {
    if (id === 'tts-1') throw wrongValue('stream_format', `'sse' is not supported by ${id}.`);
    return speechEvents(audio, input);
  }
  const format = body['response_format'];
  return bytes(audio, (typeof format === 'string' ? TYPES[format] : undefined) ?? 'audio/mpeg');
}

function audioOf(input: string): Buffer {
  const block = createHash('sha512').update(input).digest();
  return Buffer.concat(Array.from({ length: 64 + input.length }, () => block));
}

function speechEvents(audio: Buffer, input: string): UpstreamAnswer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < audio.length; at += 1500) pieces.push(audio.subarray(at, at + 1500));
  const tokens = estimateTokens(input);
  return events([
    ...pieces.map((piece) => namedEvent({ type: 'speech.audio.delta', audio: piece.toString('base64') })),
    namedEvent({
      type: 'speech.audio.done',
      usage: { input_tokens: tokens, output_tokens: tokens * 4, total_tokens: tokens * 5 },
    }),
  ]);
}

const FORMATS = new Set(['json', 'text', 'srt', 'verbose_json', 'vtt', 'diarized_json']);
const FIELDS = new Set([
  'model',
  'language',
  'prompt',
  'response_format',
  'temperature',
  'stream',
  'chunking_strategy',
  'include[]',
  'timestamp_granularities[]',
]);

/** The formats that are no JSON. */
const TEXTS: Readonly<Record<string, (heard: string) => string>> = {
  text: (heard) => `${heard}\n`,
  srt: (heard) => `1\n00:00:00,000 --> 00:00:01,000\n${heard}\n\n`,
  vtt: (heard) => `WEBVTT\n\n00:00.000 --> 00:01.000\n${heard}\n\n`,
};

/** POST /v1/audio/transcriptions and /v1/audio/translations: says how many bytes it heard, and which. */
export function transcribe(form: Form, task: 'transcribe' | 'translate'): UpstreamAnswer {
  const { id } = modelFor('audio', fieldOf(form, 'model'));
  const { filename, content } = fileOf(form, 'file');
  const unknown = [...form.fields.keys()].find((name) => !FIELDS.has(name));
  if (unknown !== undefined) throw wrongValue(unknown, `Unrecognized request argument supplied: ${unknown}`);
  const format = form.fields.get('response_format') ?? 'json';
  if (!FORMATS.has(format)) throw wrongValue('response_format', `Invalid value: '${format}'.`);
  const hash = createHash('sha256').update(content).digest('hex');
  const heard = `${filename}: ${content.length} bytes, ${hash}`;
  if (form.fields.get('stream') === 'true' && id !== 'whisper-1') return transcriptEvents(heard);
  const plain = TEXTS[format]?.(heard);
  if (plain !== undefined) return text(plain);
  const usage = id === 'whisper-1' ? { type: 'duration', seconds: 1 } : transcriptUsage(heard);
  if (format === 'verbose_json')
    return json({ task, language: 'english', duration: 1, text: heard, segments: [], usage });
  return json({ text: heard, usage });
}

function transcriptUsage(heard: string) {
  const output = estimateTokens(heard);
  return { type: 'tokens', input_tokens: 14, output_tokens: output, total_tokens: 14 + output };
}

function transcriptEvents(heard: string): UpstreamAnswer {
  const deltas = heard.split(/(?<= )/).map((delta) => namedEvent({ type: 'transcript.text.delta', delta }));
  return events([...deltas, namedEvent({ type: 'transcript.text.done', text: heard, usage: transcriptUsage(heard) })]);
}
