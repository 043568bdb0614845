import type { ChatChunk, ChatDelta, ChunkChoice } from '../../openai/chat.types.js';

type Kind = 'reasoning' | 'content';

/**
 * What a stream has said so far, and whether another run of the same request says exactly that again.
 * Only text can be compared: an answer with tool calls, a refusal, logprobs or several choices is not.
 */
export class VerifiedText {
  private readonly sent = { reasoning: '', content: '' };
  private readonly seen = { reasoning: '', content: '' };
  private head: Pick<ChatChunk, 'id' | 'created' | 'model'> | undefined;
  private comparable = true;

  /** Whether what was sent can be continued at all. */
  get isResumable(): boolean {
    return this.comparable && this.head !== undefined;
  }

  /** Notes a piece of the first run, which the client gets. */
  note(chunk: ChatChunk): void {
    this.head ??= { id: chunk.id, created: chunk.created, model: chunk.model };
    for (const { index, delta, logprobs, finish_reason: finish } of chunk.choices) {
      this.comparable &&= index === 0 && !logprobs && !finish && isText(delta);
      this.sent.reasoning += delta.reasoning ?? '';
      this.sent.content += delta.content ?? '';
    }
  }

  /**
   * The part of a second run's piece that the client has not got yet, under the first run's id.
   * Undefined when there is none; `mismatch` when the second run says something else.
   */
  continue(chunk: ChatChunk): ChatChunk | undefined | 'mismatch' {
    const [choice] = chunk.choices;
    if (!choice || chunk.choices.length > 1 || choice.index !== 0) return 'mismatch';
    const rest = this.restOf(choice);
    if (rest === 'mismatch' || !this.isCaughtUp) return rest === 'mismatch' ? rest : undefined;
    if (Object.keys(rest).length === 0 && !choice.finish_reason) return undefined;
    return { ...chunk, ...this.head, choices: [{ ...choice, delta: rest }] };
  }

  private restOf({ delta, finish_reason: finish }: ChunkChoice): ChatDelta | 'mismatch' {
    if (!isText(delta) && !this.isCaughtUp) return 'mismatch';
    const reasoning = this.advance('reasoning', delta.reasoning ?? '');
    const content = this.advance('content', delta.content ?? '');
    if (reasoning === undefined || content === undefined) return 'mismatch';
    // An answer that ends before what was sent is another answer.
    if (finish && !this.isCaughtUp) return 'mismatch';
    return this.newDelta(delta, reasoning, content);
  }

  private get isCaughtUp(): boolean {
    return (
      this.seen.reasoning.length >= this.sent.reasoning.length && this.seen.content.length >= this.sent.content.length
    );
  }

  /** The text beyond what was sent; undefined when it differs from what was sent. */
  private advance(kind: Kind, text: string): string | undefined {
    if (text === '') return '';
    const sent = this.sent[kind];
    const before = this.seen[kind];
    this.seen[kind] = before + text;
    // Content that was sent had all of its reasoning before it: more or less of it is another answer.
    const reasoningDone = this.seen.reasoning === this.sent.reasoning || this.sent.content === '';
    if (!reasoningDone && (kind === 'content' || this.seen.reasoning.length > this.sent.reasoning.length)) {
      return undefined;
    }
    const overlap = Math.min(this.seen[kind].length, sent.length);
    if (this.seen[kind].slice(0, overlap) !== sent.slice(0, overlap)) return undefined;
    return this.seen[kind].slice(Math.max(before.length, sent.length));
  }

  private newDelta(delta: ChatDelta, reasoning: string, content: string): ChatDelta {
    // The role was in the first run's first piece.
    const { role: _role, content: _content, reasoning: _old, reasoning_content: _alias, ...rest } = delta;
    return {
      ...rest,
      ...(reasoning !== '' && { reasoning, reasoning_content: reasoning }),
      ...(content !== '' && { content }),
    };
  }
}

function isText({ tool_calls: calls, refusal, function_call: call }: ChatDelta): boolean {
  return !calls && !refusal && !call;
}
