import type { SandboxFault } from '../../src/gateway/providers/sandbox/sandbox-fault.js';
import { dataFrame, DONE } from './sse.js';

/** More than what is held at first for an answer that nobody bounds. */
const TOKENS = 6_000;
const PIECE = 'word '.repeat(80);

/** An answer in pieces of 100 tokens, one after the other. */
export function longAnswer(): SandboxFault {
  const chunk = (delta: object, finish_reason: string | null, more: object = {}): string =>
    dataFrame({
      id: 'chatcmpl-long',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'gpt-oss-120b',
      choices: [{ index: 0, delta, finish_reason }],
      ...more,
    });
  const usage = { prompt_tokens: 10, completion_tokens: TOKENS, total_tokens: TOKENS + 10 };
  const pieces = Array.from({ length: TOKENS / 100 }, () => chunk({ content: PIECE }, null));
  return {
    kind: 'raw-frames',
    frames: [chunk({ role: 'assistant', content: '' }, null), ...pieces, chunk({}, 'stop', { usage }), DONE],
    gapMs: 1,
  };
}

/** The same of Gemini. */
export function longContent(): SandboxFault {
  const chunk = (text: string, more: object = {}): string =>
    dataFrame({
      candidates: [{ content: { parts: [{ text }], role: 'model' }, index: 0, ...more }],
      usageMetadata: { promptTokenCount: 10, candidatesTokenCount: TOKENS, totalTokenCount: TOKENS + 10 },
      modelVersion: 'gemini-2.5-flash',
      responseId: 'r',
    });
  const early = dataFrame({ candidates: [{ content: { parts: [{ text: PIECE }], role: 'model' }, index: 0 }] });
  const pieces = Array.from({ length: TOKENS / 100 }, () => early);
  return { kind: 'raw-frames', frames: [...pieces, chunk('', { finishReason: 'STOP' })], gapMs: 1 };
}

/** The same of OpenAI's Responses API. */
export function longResponse(): SandboxFault {
  let number = 0;
  const event = (type: string, fields: object): string =>
    `event: ${type}\n${dataFrame({ type, sequence_number: number++, ...fields })}`;
  const response = { id: 'resp_1', object: 'response', created_at: 1, model: 'gpt-5-mini', output: [] as object[] };
  const at = { item_id: 'msg_1', output_index: 0, content_index: 0 };
  const usage = { input_tokens: 10, output_tokens: TOKENS, total_tokens: TOKENS + 10 };
  const item = { id: 'msg_1', type: 'message', role: 'assistant', content: [] };
  return {
    kind: 'raw-frames',
    frames: [
      event('response.created', { response: { ...response, status: 'in_progress' } }),
      event('response.output_item.added', { output_index: 0, item: { ...item, status: 'in_progress' } }),
      event('response.content_part.added', { ...at, part: { type: 'output_text', text: '', annotations: [] } }),
      ...Array.from({ length: TOKENS / 100 }, () => event('response.output_text.delta', { ...at, delta: PIECE })),
      event('response.output_item.done', { output_index: 0, item: { ...item, status: 'completed' } }),
      event('response.completed', { response: { ...response, status: 'completed', usage } }),
    ],
    gapMs: 1,
  };
}
