import { GatewayError } from '../../common/errors/gateway-error.js';
import type { ChatChunk, ChatDelta, ChunkChoice, Usage } from '../openai/chat.types.js';
import { CallIds } from './call-ids.js';
import { completedAt, endingOf, responseUsage, type Ending } from './ending.js';
import { EventLog } from './event-log.js';
import { wantsSealedReasoning } from './includes.js';
import { needsMessage, outputLogprobs } from './output-items.js';
import { type Origin, responseBase } from './response-base.js';
import type { LifecycleEvent, ResponseEvent } from './response-events.types.js';
import type { ResponseIds } from './response-ids.js';
import type { OutputLogprob, ResponseObject } from './response-object.types.js';
import type { ResponsesRequest } from './responses.types.js';
import { StreamCall } from './stream-call.js';
import { StreamCalls } from './stream-calls.js';
import type { StreamItem } from './stream-item.js';
import { StreamMessage } from './stream-message.js';
import { StreamReasoning } from './stream-reasoning.js';
import { wantsJson } from './text-format.js';

/** What a caller has been told of a response before its answer begins: the stream goes on from there. */
export interface ResponseOpening {
  readonly id: string;
  /** Unix time in seconds. */
  readonly createdAt: number;
  /** Number of the next event. */
  readonly sequence: number;
}

/**
 * Turns the chunks of a chat stream into the events of a Responses stream. A pure state machine: chunks in,
 * events out, no clock but for `completed_at`.
 *
 * `push` each chunk, then call `complete` when the upstream has ended well or `fail` when it has not.
 * The first chunk gives `response.created`; exactly one terminal event follows, and after it nothing.
 */
export class ResponseStream {
  private readonly log: EventLog;
  private readonly items: StreamItem[] = [];
  private readonly calls: StreamCalls;
  private readonly callIds: CallIds;
  private base?: ResponseObject;
  private message?: StreamMessage;
  private reasoning?: StreamReasoning;
  /** Logprobs of tokens that came before the text they belong to. */
  private heldLogprobs: OutputLogprob[] = [];
  private hasText = false;
  private usage: Usage | null = null;
  private ending?: Ending;
  private isOver = false;
  private begun = false;

  constructor(
    private readonly request: ResponsesRequest,
    private readonly ids: ResponseIds,
    private readonly opening?: ResponseOpening,
  ) {
    this.log = new EventLog(opening?.sequence);
    if (opening) this.base = this.baseOf(opening, { created: opening.createdAt, model: request.model });
    this.callIds = new CallIds(ids);
    this.calls = new StreamCalls((upstreamId, name) => this.startCall(upstreamId, name));
  }

  /** Whether the upstream has answered. */
  get hasBegun(): boolean {
    return this.begun;
  }

  /** The response as it stands; undefined before it has begun. */
  get response(): ResponseObject | undefined {
    return this.base;
  }

  /** The events of one chunk; most often one. */
  push(chunk: ChatChunk): ResponseEvent[] {
    if (this.isOver) return [];
    if (!this.begun) this.begin(chunk);
    if (chunk.usage) this.usage = chunk.usage;
    for (const choice of chunk.choices) {
      // The Responses API has no `n`: another choice has nowhere to go.
      if (choice.index === 0 && !this.ending) this.pushChoice(choice);
    }
    return this.log.take();
  }

  /** The terminal event. An upstream that ended without a finish reason has broken off, so that is a failure. */
  complete(): ResponseEvent[] {
    if (this.isOver) return [];
    const { base, ending } = this;
    if (!base || !ending || !this.begun) {
      return this.fail(new GatewayError('upstream_truncated', 'Upstream closed the stream before finish_reason.'));
    }
    return this.end(ending.status === 'completed' ? 'response.completed' : 'response.incomplete', {
      ...base,
      ...ending,
      completed_at: ending.status === 'completed' ? completedAt(base.created_at) : null,
    });
  }

  /**
   * The terminal event of a stream that broke off, with what there is of the output. Open items get no
   * `output_item.done`: clients take what they have from the event's `output`.
   */
  fail(error: GatewayError): ResponseEvent[] {
    if (this.isOver) return [];
    if (!this.base) return this.failUnbegun(error);
    const { message } = error;
    return this.end('response.failed', {
      ...this.base,
      status: 'failed',
      error: { code: failureCode(error), message },
    });
  }

  /** The terminal event of a response that its caller has cancelled. There is no type of its own for it. */
  cancel(): ResponseEvent[] {
    if (this.isOver || !this.base) return [];
    return this.end('response.incomplete', { ...this.base, status: 'cancelled' });
  }

  private begin(chunk: ChatChunk): void {
    this.begun = true;
    if (this.opening) {
      this.base = this.baseOf(this.opening, { ...chunk, created: this.opening.createdAt });
      return;
    }
    this.base = responseBase(this.ids.response(), chunk, this.request);
    for (const type of ['response.created', 'response.in_progress'] as const) {
      this.log.add({ type, sequence_number: this.log.next(), response: this.base });
    }
  }

  private baseOf({ id }: ResponseOpening, origin: Origin): ResponseObject {
    return responseBase(id, origin, this.request);
  }

  private pushChoice({ delta, logprobs, finish_reason: finish }: ChunkChoice): void {
    const reasoning = delta.reasoning || delta.reasoning_content;
    if (reasoning) this.openReasoning().append(reasoning);
    this.pushContent(delta.content, logprobs ? outputLogprobs(logprobs.content) : []);
    if (delta.refusal) this.openMessage().refusal(delta.refusal);
    if (delta.tool_calls) this.pushCalls(delta.tool_calls);
    if (finish) this.finish(endingOf(finish));
  }

  private pushContent(content: string | null | undefined, logprobs: OutputLogprob[]): void {
    if (content) {
      this.hasText = true;
      const held = this.heldLogprobs;
      if (held.length > 0) this.heldLogprobs = [];
      this.openMessage().text(content, held.length > 0 ? [...held, ...logprobs] : logprobs);
    } else if (logprobs.length > 0) {
      if (this.message) this.message.addLogprobs(logprobs);
      else this.heldLogprobs.push(...logprobs);
    }
  }

  /** GLM repeats the JSON that it was asked for as a tool call; the text is the answer then. */
  private pushCalls(deltas: NonNullable<ChatDelta['tool_calls']>): void {
    if (this.hasText && wantsJson(this.request)) return;
    for (const delta of deltas) this.calls.push(delta);
  }

  private openReasoning(): StreamReasoning {
    if (this.reasoning) return this.reasoning;
    this.closeFinished();
    const sealed = wantsSealedReasoning(this.request);
    this.reasoning = this.add((index) => new StreamReasoning(this.log, index, this.ids.reasoning(), sealed));
    return this.reasoning;
  }

  private openMessage(): StreamMessage {
    if (this.message) return this.message;
    this.closeFinished();
    this.message = this.add((index) => new StreamMessage(this.log, index, this.ids.message()));
    return this.message;
  }

  private startCall(upstreamId: string, name: string): StreamCall {
    this.closeFinished();
    const identity = { id: this.ids.functionCall(), callId: this.callIds.distinct(upstreamId), name };
    return this.add((index) => new StreamCall(this.log, index, identity));
  }

  /** A new item begins: what was written in one piece is over, and comes again as a new item if it comes again. */
  private closeFinished(): void {
    this.reasoning?.close('completed', false);
    this.message?.close('completed', false);
    this.reasoning = undefined;
    this.message = undefined;
    this.calls.closeWhole();
  }

  private add<T extends StreamItem>(make: (index: number) => T): T {
    const item = make(this.items.length);
    this.items.push(item);
    return item;
  }

  private finish(ending: Ending): void {
    this.ending = ending;
    this.calls.flush();
    if (needsMessage(this.snapshots(), ending.status)) this.openMessage().openPart('output_text');
    const last = this.items.length - 1;
    this.items.forEach((item, index) => item.close(ending.status, index === last));
  }

  private end(type: LifecycleEvent['type'], response: ResponseObject): ResponseEvent[] {
    this.isOver = true;
    this.log.add({
      type,
      sequence_number: this.log.next(),
      response: { ...response, output: this.snapshots(), usage: responseUsage(this.usage) },
    });
    return this.log.take();
  }

  /** Only when no response exists: openai-node throws on this event and forgets the partial answer. */
  private failUnbegun(failure: GatewayError): ResponseEvent[] {
    this.isOver = true;
    const error = failure.toOpenAiError();
    const { code, message, param } = error;
    this.log.add({ type: 'error', sequence_number: this.log.next(), code, message, param, error });
    return this.log.take();
  }

  private snapshots(): ResponseObject['output'] {
    return this.items.map((item) => item.snapshot());
  }
}

/** OpenAI's two codes; a rule of this gateway's owner has its own, so that nobody takes it for a fault of a server. */
function failureCode({ status, fault, code }: GatewayError): string {
  if (status === 429) return 'rate_limit_exceeded';
  return fault === 'policy' ? code : 'server_error';
}
