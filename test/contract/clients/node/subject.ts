/** What is asked in each scenario, and what the answer must hold. The Python clients ask the same (python/subject.py). */
import assert from 'node:assert/strict';
import { z } from 'zod';
import { RED_PIXEL } from '../../support/fixtures.ts';
import type { Bench } from './client.ts';

/** The picture as base64. */
export const PIXEL = RED_PIXEL.slice(RED_PIXEL.indexOf(',') + 1);

/** Names that the SDKs' users write; `asbru.yaml` of the matrix leads them to Cerebras' models. */
export const OPENAI_MODELS = { text: 'gpt-5', vision: 'gpt-4o' };
export const ANTHROPIC_MODELS = { text: 'claude-sonnet-4-5', vision: 'claude-opus-4-1' };
/** Anthropic's own, at the provider of that name. */
export const ANTHROPIC_OWN = { text: 'anthropic/claude-sonnet-4-5', vision: 'anthropic/claude-sonnet-4-5' };
/** Google's own, at the provider `gemini`. */
export const GEMINI_OWN = { text: 'gemini/gemini-2.5-flash', vision: 'gemini/gemini-2.5-pro' };
export const GEMINI_MODELS = { text: 'gemini-2.5-flash', vision: 'gemini-2.5-pro' };
export const CEREBRAS_MODELS = { text: 'gpt-oss-120b', vision: 'qwen-3.8-27b' };
/** Cerebras has no embeddings: these come from another provider. */
export const EMBEDDING_MODEL = 'openai/text-embedding-3-small';
export const TEXTS = ['The sea is blue.', 'Bread is baked.'];

export const UNKNOWN_MODEL = 'no-such-model';

export const CAPITAL = { question: 'What is the capital of France?', answer: 'The capital of France is Paris.' };
/** Its answer has many pieces. */
export const STORY = 'Tell me a long story about the sea.';
export const ONE_CITY = 'What is the weather in Paris?';
export const TWO_CITIES = 'What is the weather in Paris and in Rome?';
export const PERSON = 'Fill in the record of Ada, who is 36.';
export const PICTURE = 'What is in this picture?';
/** Two hundred words. */
export const LONG = 'Hello '.repeat(200);
/** No API takes it. */
export const BAD_TEMPERATURE = 9;
/** More than Cerebras takes. */
export const MANY_STOPS = ['1', '2', '3', '4', '5', '6'];

export const WEATHER_TOOL = { name: 'get_weather', description: 'The weather of a city' };

/** The tool's result: a text that no model would come up with, so that an answer with it has read it. */
export function weatherIn(city: string): string {
  return `${city}: ${city.length * 1111} degrees`;
}

/** An alias stays as the caller wrote it; a model that was named with its provider may answer with its own name. */
export function assertModel(answered: string | undefined, asked: string): void {
  const own = asked.includes('/') && answered?.startsWith(asked.slice(asked.indexOf('/') + 1));
  assert.ok(answered === asked || own, `${answered} for ${asked}`);
}

export function assertCapital(text: string | null | undefined): void {
  assert.equal(text, CAPITAL.answer);
}

/** The answer names the result of the tool for each city. */
export function assertWeather(text: string | null | undefined, ...cities: string[]): void {
  for (const city of cities) assert.ok(text?.includes(weatherIn(city)), `no "${weatherIn(city)}" in: ${text}`);
}

/** Pieces of a story that add up to the whole. */
export function assertPieces(pieces: readonly string[], whole: string): void {
  assert.ok(whole.includes('overview'), `no story: ${whole}`);
  assert.equal(pieces.join(''), whole);
  const filled = pieces.filter((piece) => piece !== '');
  assert.ok(filled.length > 5, `the text came in ${filled.length} pieces`);
}

export function assertUsage(
  input: number | undefined | null,
  output: number | undefined | null,
  total?: number | null,
): void {
  assert.ok(input && input > 0, `input tokens: ${input}`);
  assert.ok(output && output > 0, `output tokens: ${output}`);
  if (total !== undefined) assert.equal(total, input + output);
}

/** A thought of the model, apart from its answer. */
export function assertThought(thought: string | null | undefined, answer: string | null | undefined): void {
  assert.match(thought ?? '', /^We need to answer about /);
  assertCapital(answer);
}

/** A count that grows with the prompt: from one word to two hundred. */
export function assertCounts(short: number | undefined, long: number | undefined): void {
  assert.ok(short && long, `${short} and ${long} tokens`);
  assert.ok(long > short + 100, `${long} tokens after ${short}`);
}

export const Person = z.object({ name: z.string(), age: z.number() });

export function assertPerson(value: unknown): void {
  assert.deepEqual(Person.parse(value), { name: 'Ada', age: 36 });
}

export function citiesOf(inputs: readonly unknown[]): string[] {
  return inputs.map((input) => z.strictObject({ city: z.string() }).parse(input).city);
}

/** The upstream was given the very bytes of the picture. */
export async function assertSawPicture(bench: Bench): Promise<void> {
  const body = JSON.stringify(await lastBody(bench));
  assert.ok(body.includes(PIXEL), 'the picture did not reach the upstream');
}

export async function assertSchemaSent(bench: Bench): Promise<void> {
  const body = JSON.stringify(await lastBody(bench));
  assert.ok(body.includes('"age"'), 'the schema did not reach the upstream');
}

/** The upstream was asked to think, in the words of its API: a little, where that can be said. */
export async function assertThinkingAsked(bench: Bench): Promise<void> {
  const { generationConfig, reasoning_effort, thinking } = await lastBody(bench);
  if (bench.upstream === 'anthropic') assert.equal(thinking?.type, 'enabled');
  else if (bench.upstream === 'gemini') assert.ok(generationConfig?.thinkingConfig);
  else assert.equal(reasoning_effort, 'low');
}

const Body = z.looseObject({
  generationConfig: z.looseObject({ thinkingConfig: z.looseObject({}).optional() }).optional(),
  reasoning_effort: z.string().optional(),
  thinking: z.looseObject({ type: z.string() }).optional(),
});

/** What the upstream was sent last. The gateway's own look at the list of models may come after it, and has no body. */
async function lastBody({ sandbox }: Bench): Promise<z.infer<typeof Body>> {
  const last = (await sandbox.requests()).findLast(({ method }) => method === 'POST');
  assert.ok(last, 'nothing reached the upstream');
  return Body.parse(last.body);
}

const EMBEDDING_LENGTH = 1536;
const ABORT_MS = 3000;
/** Of a story's frames, more than the thoughts before it and fewer than all: the client has text, and no end. */
const STALL_FRAMES = 12;

/**
 * Lets the upstream stall in the middle of a stream, starts it, and expects the gateway to give up the upstream request
 * once the client is gone. `start` ends when the client has aborted, in whatever way the client's API has.
 */
export async function assertAborts({ sandbox }: Bench, start: () => Promise<void>): Promise<void> {
  await sandbox.fault({ kind: 'stall', afterFrames: STALL_FRAMES });
  await start();
  await sandbox.untilAborted(undefined, ABORT_MS);
}

/** A vector for each of the texts, as long as the model's are, and no two alike. */
export function assertVectors(vectors: readonly (readonly number[])[]): void {
  assert.deepEqual(
    vectors.map((vector) => vector.length),
    TEXTS.map(() => EMBEDDING_LENGTH),
  );
  assert.ok(vectors.flat().every((value) => Number.isFinite(value)));
  assert.notDeepEqual(vectors[0], vectors[1]);
}

/** What a call fails with. */
export async function failureOf(call: PromiseLike<unknown>): Promise<Error> {
  const failure = await Promise.resolve(call).then(
    () => assert.fail('the call should have failed'),
    (reason: unknown) => reason,
  );
  assert.ok(failure instanceof Error, String(failure));
  return failure;
}
