import type { ChatChunk } from './chat.types.js';

/** Stands for the text while a frame is taken apart; no text of a chunk is needed for that. */
const PLACE = 'asbru:text';
const PLACE_JSON = JSON.stringify(PLACE);

type Base = Omit<ChatChunk, 'choices'>;

/**
 * What the chunks of one choice have in common that add text and nothing else: nearly all chunks of nearly all streams.
 * Their frames differ in the text alone, so that not all of each has to be written anew.
 */
export class ContentTemplate {
  private plain: readonly [string, string] | undefined;
  private withUsage: readonly [string, string] | undefined;

  constructor(
    readonly base: Base,
    readonly index: number,
  ) {}

  /** @param hasUsage whether the frame says `usage: null` */
  frame(text: string | null | undefined, hasUsage: boolean): string {
    const [before, after] = hasUsage ? (this.withUsage ??= this.parts(true)) : (this.plain ??= this.parts(false));
    return before + JSON.stringify(text) + after;
  }

  private parts(hasUsage: boolean): readonly [string, string] {
    const chunk = { ...this.base, choices: choicesOf(this.index, PLACE), ...(hasUsage && { usage: null }) };
    const frame = `data: ${JSON.stringify(chunk)}\n\n`;
    // The last one: what an upstream sends beside OpenAI's keys stands before the choices, and might say the same.
    const at = frame.lastIndexOf(PLACE_JSON);
    return [frame.slice(0, at), frame.slice(at + PLACE_JSON.length)];
  }
}

/** A chunk that adds text and nothing else. A copy of it (`{ ...chunk }`) is an ordinary chunk. */
export class ContentChunk implements ChatChunk {
  [key: string]: unknown;
  declare id: string;
  declare object: 'chat.completion.chunk';
  declare created: number;
  declare model: string;
  declare choices: ChatChunk['choices'];
  readonly #template: ContentTemplate;

  constructor(template: ContentTemplate, text: string) {
    Object.assign(this, template.base);
    this.choices = choicesOf(template.index, text);
    this.#template = template;
  }

  /** The frame of such a chunk; undefined for any other. */
  static frameOf(chunk: object, hasUsage: boolean): string | undefined {
    if (!(#template in chunk)) return undefined;
    return chunk.#template.frame(chunk.choices[0]?.delta.content, hasUsage);
  }
}

function choicesOf(index: number, content: string): ChatChunk['choices'] {
  return [{ index, delta: { content }, logprobs: null, finish_reason: null }];
}
