import { history, sized } from '../scenarios/bodies.js';

const MODEL = 'gpt-oss-120b';
const CHUNKS = 100;
/** As one read of a socket often is. */
const PORTION = 16_384;

const head = { id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1_700_000_000, model: MODEL };
const piece = (delta: object, finish: string | null): object => ({
  ...head,
  choices: [{ index: 0, delta, finish_reason: finish }],
});
const usage = { prompt_tokens: 12, completion_tokens: CHUNKS, total_tokens: CHUNKS + 12 };

/** A request of one question. */
export const SMALL = sized(400)(MODEL);
/** A request of a long conversation. */
export const HISTORY = history(200)(MODEL);

/** The chunks of a stream, as text. */
export const CHUNK_TEXTS: readonly string[] = [
  piece({ role: 'assistant', content: '' }, null),
  ...Array.from({ length: CHUNKS }, (_, index) => piece({ content: ` token${index}` }, null)),
  piece({}, 'stop'),
  { ...head, choices: [], usage },
].map((chunk) => JSON.stringify(chunk));

/** The bytes of that stream, as they are read. */
export const STREAM_PORTIONS: readonly Buffer[] = portionsOf(
  Buffer.from([...CHUNK_TEXTS, '[DONE]'].map((data) => `data: ${data}\n\n`).join('')),
);

function portionsOf(bytes: Buffer): Buffer[] {
  const count = Math.ceil(bytes.length / PORTION);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * PORTION, (index + 1) * PORTION));
}
