import { GatewayError } from '../../../common/errors/gateway-error.js';
import { isRecord } from '../../../common/json/is-record.js';
import { textOr } from '../../../common/json/text.js';
import type { FinishReason, Usage } from '../../openai/chat.types.js';
import type { TextChoice, TextCompletion } from '../../openai/completion.types.js';
import { normaliseFinishReason } from '../../openai/finish-reason.js';
import { type NormaliserOptions, numberOr, queueTimeOf } from './completion-normaliser.js';
import { assertNotFailed } from './failed-finish.js';
import { usageOf } from './usage-reader.js';

/** What the answer's `model` says: the caller's own name for it, else the upstream's id, else the route that answers. */
type TextOptions = Pick<NormaliserOptions, 'model' | 'answerModel' | 'answers'>;

/** A whole text completion in OpenAI's contract (wire.md 2.4). @throws GatewayError 502 when it is none */
export function normaliseText(body: unknown, options: TextOptions): TextCompletion {
  if (!isRecord(body) || !Array.isArray(body.choices) || body.choices.length === 0) {
    throw new GatewayError(
      'upstream_invalid_response',
      'The upstream answered with something that is not a completion.',
    );
  }
  const choices = body.choices.map((choice: unknown, position): TextChoice => {
    const source = isRecord(choice) ? choice : {};
    assertNotFailed(source.finish_reason);
    return {
      ...readTextChoice(source, position),
      finish_reason: normaliseFinishReason(source.finish_reason, false),
    };
  });
  const usage = usageOf(body, options.answers);
  const { usage: _usage, ...rest } = body;
  return { ...rest, ...readTextHead(body, options), choices, ...(usage && { usage }) };
}

/** The streamed form of the same, with the promises of ChunkNormaliser: usage goes out with the last chunk. */
export class TextChunkNormaliser {
  private readonly seen = new Map<number, FinishReason | undefined>();
  private head: ReturnType<typeof readTextHead> | undefined;
  private held: TextChoice[] = [];
  private extras: Record<string, unknown> = {};
  private finished = 0;
  usage: Usage | undefined;
  hasFinalUsage = false;
  finishReason: FinishReason | undefined;

  constructor(
    private readonly options: TextOptions,
    private readonly expected = 1,
  ) {}

  get queueTime(): number | undefined {
    return queueTimeOf(this.extras.time_info);
  }

  get isFinished(): boolean {
    return this.finished > 0 && this.finished >= Math.max(this.expected, this.seen.size);
  }

  get hasOpenChoice(): boolean {
    return this.seen.size > this.finished || this.seen.size === 0;
  }

  push(source: Record<string, unknown>): TextCompletion[] {
    this.head ??= readTextHead(source, this.options);
    const usage = usageOf(source, this.options.answers);
    const choices: TextChoice[] = [];
    if (Array.isArray(source.choices)) {
      for (const choice of source.choices) if (isRecord(choice)) this.pushChoice(choice, choices);
    }
    if (usage) {
      this.usage = usage;
      this.hasFinalUsage = this.isFinished;
    }
    const {
      id: _id,
      object: _object,
      created: _created,
      model: _model,
      choices: _choices,
      usage: _usage,
      ...extras
    } = source;
    if (choices.length === 0) Object.assign(this.extras, extras);
    const { head } = this;
    return choices.map((choice) => ({ ...head, ...extras, choices: [choice] }));
  }

  close(): TextCompletion[] {
    const head = this.head ?? readTextHead({}, this.options);
    for (const [index, reason] of this.seen) if (reason === undefined) this.finish(index, null);
    const chunks = this.held.map((choice): TextCompletion => ({ ...head, ...this.extras, choices: [choice] }));
    this.held = [];
    const last = chunks.at(-1);
    if (last && this.usage) last.usage = this.usage;
    return chunks;
  }

  private pushChoice(source: Record<string, unknown>, out: TextChoice[]): void {
    assertNotFailed(source.finish_reason);
    const choice = readTextChoice(source, 0);
    const { index } = choice;
    if (this.seen.get(index) !== undefined) return;
    if (!this.seen.has(index)) this.seen.set(index, undefined);
    if (choice.text !== '' || choice.logprobs !== null || hasTokens(choice)) out.push(choice);
    if (source.finish_reason) this.finish(index, source.finish_reason);
  }

  private finish(index: number, reason: unknown): void {
    const finish = normaliseFinishReason(reason, false);
    this.seen.set(index, finish);
    this.finishReason ??= finish;
    this.finished++;
    this.held.push({ text: '', index, logprobs: null, finish_reason: finish });
  }
}

/** With `return_raw_tokens` Cerebras sends token ids in place of text (wire.md 1.5). */
function hasTokens({ tokens }: TextChoice): boolean {
  return Array.isArray(tokens) && tokens.length > 0;
}

/** A choice; one in chat's shape (`delta.content`) is read as text (wire.md 1.5). */
function readTextChoice(source: Record<string, unknown>, position: number): TextChoice {
  const { delta, message, text, ...rest } = source;
  const chat = isRecord(delta) ? delta : message;
  const words = typeof text === 'string' ? text : isRecord(chat) ? chat.content : '';
  return {
    ...rest,
    text: typeof words === 'string' ? words : '',
    index: numberOr(source.index, position),
    logprobs: isRecord(source.logprobs) ? source.logprobs : null,
    finish_reason: null,
  };
}

function readTextHead(source: Record<string, unknown>, { model, answerModel }: TextOptions) {
  return {
    id: textOr(source.id, ''),
    object: 'text_completion' as const,
    created: numberOr(source.created, 0),
    model: answerModel ?? textOr(source.model, model),
  };
}
