import 'reflect-metadata';
import { parseJsonBody } from '../../src/common/http/json-body.js';
import { BodySource } from '../../src/common/json/body-source.js';
import { scanJson } from '../../src/common/json/json-scan.js';
import { type SseEvent, SseParser } from '../../src/common/sse/sse-parser.js';
import { RequestValidationPipe } from '../../src/common/validation/request-validation.pipe.js';
import { CreateChatCompletionDto } from '../../src/gateway/chat/dto/create-chat-completion.dto.js';
import type { ChatChunk, ChatRequest } from '../../src/gateway/openai/chat.types.js';
import { UsageFrames } from '../../src/gateway/openai/usage-frames.js';
import { CEREBRAS_CHAT_PARAMETERS } from '../../src/gateway/providers/cerebras/cerebras-parameters.js';
import { toCerebrasChat } from '../../src/gateway/providers/cerebras/chat-request.js';
import { ChunkNormaliser } from '../../src/gateway/providers/openai-compatible/chunk-normaliser.js';
import { RequestDraft } from '../../src/gateway/providers/request-draft.js';
import { FakeResponseIds } from '../../src/gateway/responses/fake-response-ids.js';
import { ResponseStream } from '../../src/gateway/responses/response-stream.js';
import type { Guard } from './guard.js';
import { CHUNK_TEXTS, HISTORY, SMALL, STREAM_PORTIONS } from './inputs.js';

const MODEL = 'gpt-oss-120b';
const pipe = new RequestValidationPipe();
const body = { type: 'body', metatype: CreateChatCompletionDto } as const;
const notes = () => ({ strict: false, filtered: new Set<string>(), transformed: new Set<string>() });

const historyObject = JSON.parse(HISTORY) as Record<string, unknown> & ChatRequest;
const historyBytes = Buffer.from(HISTORY);
const { lists } = scanJson(HISTORY, { withLists: true });
const historySource = new BodySource(historyBytes, HISTORY, historyObject, lists);
const smallObject = JSON.parse(SMALL) as Record<string, unknown>;
const chunks = CHUNK_TEXTS.map((text) => JSON.parse(text) as Record<string, unknown>);
const normalised = normalise();
const parseChunks = (): number =>
  CHUNK_TEXTS.reduce((sum, text) => sum + Object.keys(JSON.parse(text) as object).length, 0);

/**
 * What runs for each request or chunk. A bound is two to four times what was measured when it was set: it catches work that
 * was put on the hot path, not a bad day of the machine.
 */
export const GUARDS: readonly Guard[] = [
  {
    name: 'body of 200 messages, from bytes',
    baseline: () => JSON.parse(HISTORY),
    subject: () => parseJsonBody(historyBytes, true),
    bound: 4,
  },
  {
    name: 'body of 200 messages, written from its bytes',
    baseline: () => JSON.parse(HISTORY),
    subject: () => historySource.write(historyObject),
    bound: 0.8,
  },
  {
    name: 'filter of parameters',
    baseline: () => JSON.parse(SMALL),
    subject: () => new RequestDraft('cerebras', notes()).keep(smallObject, CEREBRAS_CHAT_PARAMETERS),
    bound: 0.8,
  },
  {
    name: 'validator, small request',
    baseline: () => JSON.parse(SMALL),
    subject: () => pipe.transform(smallObject, body),
    bound: 3.5,
  },
  {
    name: 'validator, 200 messages',
    baseline: () => JSON.parse(HISTORY),
    subject: () => pipe.transform(historyObject, body),
    bound: 0.5,
  },
  {
    name: 'request as Cerebras takes it, 200 messages',
    baseline: () => JSON.parse(HISTORY),
    subject: () => JSON.stringify(toCerebrasChat(historyObject, notes())),
    bound: 2.5,
  },
  {
    name: 'parser of events, 100 chunks',
    baseline: parseChunks,
    subject: () => {
      let events = 0;
      const parser = new SseParser(() => events++);
      for (const portion of STREAM_PORTIONS) parser.feed(portion);
      parser.end();
      return events;
    },
    bound: 0.5,
  },
  { name: 'normaliser, 100 chunks', baseline: parseChunks, subject: normalise, bound: 0.9 },
  {
    name: 'stream from bytes to frames, 100 chunks',
    baseline: parseChunks,
    subject: () => new Relayed().written(STREAM_PORTIONS),
    bound: 1.2,
  },
  {
    name: 'state machine of Responses, 100 chunks',
    baseline: parseChunks,
    subject: () => {
      const stream = new ResponseStream({ model: MODEL, input: 'Hi' }, new FakeResponseIds());
      let events = 0;
      for (const chunk of normalised) events += stream.push(chunk).length;
      return events + stream.complete().length;
    },
    bound: 0.3,
  },
];

/** The way of a stream whose chunks are like each other, as nearly all are: reads in, frames out. */
class Relayed {
  private readonly normaliser = new ChunkNormaliser({ model: MODEL, jsonFormat: false });
  private readonly frames = new UsageFrames<ChatChunk>(false);
  private readonly parser = new SseParser((event) => this.onEvent(event));
  private batch: ChatChunk[] = [];

  written(portions: readonly Buffer[]): string {
    let written = '';
    for (const portion of portions) {
      this.parser.feed(portion);
      written += this.frames.pieces(this.batch);
      this.batch = [];
    }
    return written + this.frames.pieces(this.normaliser.close());
  }

  private onEvent({ data }: SseEvent): void {
    const repeated = this.normaliser.repeat(data);
    if (repeated) this.batch.push(repeated);
    else if (data !== '[DONE]') this.batch.push(...this.normaliser.push(JSON.parse(data) as typeof smallObject, data));
  }
}

function normalise(): ChatChunk[] {
  const normaliser = new ChunkNormaliser({ model: MODEL, jsonFormat: false });
  const all: ChatChunk[] = [];
  for (const chunk of chunks) all.push(...normaliser.push(chunk));
  all.push(...normaliser.close());
  return all;
}
