import { isRecord } from '../../../common/json/is-record.js';
import type { ChatChunk, ChunkChoice } from '../../openai/chat.types.js';
import { ContentChunk, ContentTemplate } from '../../openai/content-chunk.js';
import { RepeatedChunk } from './repeated-chunk.js';

/** Where so many chunks in a row were unlike each other, as with OpenAI's `obfuscation`, the others will be too. */
const MOST_LESSONS = 8;

/** What is known of the chunks of a stream that add text and nothing else. */
export class ContentRepeats {
  private repeated: RepeatedChunk | undefined;
  private template: ContentTemplate | undefined;
  /** Chunks that were learned from since one was repeated. */
  private lessons = 0;

  /** The chunk that is like the last one but for its text; undefined for any other. */
  read(data: string): ChatChunk | undefined {
    const text = this.repeated?.textOf(data);
    if (text === undefined || !this.template) return undefined;
    this.lessons = 0;
    return new ContentChunk(this.template, text);
  }

  /** The next chunk has to be read, whatever it is like. */
  forget(): void {
    this.repeated = undefined;
  }

  /**
   * Notes what the next chunks may have in common with this one, when it adds text and nothing else.
   * @param data the chunk as it came @param choices what was made of it @param base what stands beside the choices
   */
  learn(
    source: Record<string, unknown>,
    data: string,
    choices: readonly ChunkChoice[],
    base: Omit<ChatChunk, 'choices'>,
  ): void {
    if (this.lessons >= MOST_LESSONS || source.usage || !isOneChoice(source)) return;
    const [choice] = choices;
    const content = choice && choices.length === 1 ? contentAlone(choice) : undefined;
    if (!choice || content === undefined) return;
    this.lessons++;
    this.repeated = RepeatedChunk.like(data, content);
    this.template = new ContentTemplate(base, choice.index);
  }
}

function isOneChoice({ choices }: Record<string, unknown>): boolean {
  return Array.isArray(choices) && choices.length === 1 && isRecord(choices[0]);
}

function contentAlone({ delta, logprobs }: ChunkChoice): string | undefined {
  if (logprobs || Object.keys(delta).length !== 1 || typeof delta.content !== 'string') return undefined;
  return delta.content;
}
