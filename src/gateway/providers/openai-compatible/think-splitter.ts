const OPEN = '<think>';
const CLOSE = '</think>';

/** What a piece of content is once the tags are read. */
export interface SplitContent {
  readonly thought: string;
  readonly text: string;
}

/**
 * Takes the reasoning out of a content that begins with `<think>…</think>`, as servers without a reasoning parser send it.
 * Pieces may be cut anywhere; what may still become a tag is held back. A tag that does not stand at the beginning is text.
 */
export class ThinkSplitter {
  private state: 'start' | 'opened' | 'thought' | 'gap' | 'text' = 'start';
  private held = '';

  push(piece: string): SplitContent {
    let rest = this.held + piece;
    this.held = '';
    let thought = '';
    if (this.state === 'start') {
      const begin = rest.trimStart();
      if (begin.startsWith(OPEN)) {
        this.state = 'opened';
        rest = begin.slice(OPEN.length);
      } else if (OPEN.startsWith(begin)) {
        this.held = rest;
        return { thought, text: '' };
      } else this.state = 'text';
    }
    if (this.state === 'opened') {
      // The line break after the tag belongs to it.
      rest = rest.trimStart();
      if (rest === '') return { thought, text: '' };
      this.state = 'thought';
    }
    if (this.state === 'thought') {
      const end = rest.indexOf(CLOSE);
      if (end === -1) {
        const kept = overlap(rest, CLOSE);
        this.held = rest.slice(rest.length - kept);
        return { thought: rest.slice(0, rest.length - kept), text: '' };
      }
      thought = rest.slice(0, end);
      rest = rest.slice(end + CLOSE.length);
      this.state = 'gap';
    }
    if (this.state === 'gap') {
      // The blank lines between the reasoning and the answer belong to neither.
      rest = rest.trimStart();
      if (rest === '') return { thought, text: '' };
      this.state = 'text';
    }
    return { thought, text: rest };
  }

  /** What was held back, when nothing more comes. */
  end(): SplitContent {
    const { held } = this;
    this.held = '';
    return this.state === 'thought' ? { thought: held, text: '' } : { thought: '', text: held };
  }
}

/** How many of the last characters may be the beginning of the tag. */
function overlap(text: string, tag: string): number {
  for (let length = Math.min(text.length, tag.length - 1); length > 0; length--) {
    if (tag.startsWith(text.slice(text.length - length))) return length;
  }
  return 0;
}
