import type { Readable } from 'node:stream';

/** What a worker writes to standard error: kept while it starts, so that the same failure is not told at each try. */
export class LastWords {
  private text = '';
  private isPassing = false;

  constructor(words: Readable | null) {
    words?.setEncoding('utf8').on('data', (text: string) => {
      if (this.isPassing) process.stderr.write(text);
      else this.text += text;
    });
  }

  /** Tells what was kept, unless it was told already, and from now on everything. @returns what was kept */
  pass(told = ''): string {
    const { text } = this;
    if (text !== told) process.stderr.write(text);
    this.isPassing = true;
    this.text = '';
    return text;
  }
}
