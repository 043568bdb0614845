/** One block of an event stream, between two blank lines. */
export interface Frame {
  /** The block as it came, without its closing blank line. */
  raw: string;
  data: string | undefined;
  event: string | undefined;
  /** The text of a comment block. */
  comment: string | undefined;
}

/**
 * The frames of a whole stream as the gateway must write them: LF line ends, one `data:` line, a blank line after each.
 * @throws Error when the text is not made of such frames, so that every test that reads a stream checks its form
 */
export function readFrames(text: string): Frame[] {
  if (text === '') return [];
  if (!text.endsWith('\n\n')) throw new Error(`The stream ends inside a frame: ${JSON.stringify(text.slice(-200))}`);
  return text.slice(0, -2).split('\n\n').map(readFrame);
}

function readFrame(raw: string): Frame {
  const frame: Frame = { raw, data: undefined, event: undefined, comment: undefined };
  for (const line of raw.split('\n')) {
    if (line.startsWith(': ')) frame.comment = line.slice(2);
    else if (line.startsWith('event: ')) frame.event = line.slice(7);
    else if (line.startsWith('data: ') && frame.data === undefined) frame.data = line.slice(6);
    else throw new Error(`Not a line of a frame: ${JSON.stringify(line.slice(0, 200))}`);
  }
  return frame;
}

/** Reads a stream's frames as they come in. */
export async function* frames(body: AsyncIterable<Uint8Array>): AsyncGenerator<Frame, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    rest += decoder.decode(bytes, { stream: true });
    for (let end = rest.indexOf('\n\n'); end !== -1; end = rest.indexOf('\n\n')) {
      yield readFrame(rest.slice(0, end));
      rest = rest.slice(end + 2);
    }
  }
  if (rest !== '') throw new Error(`The stream ends inside a frame: ${JSON.stringify(rest.slice(-200))}`);
}

/** A frame of an upstream. */
export function dataFrame(value: unknown): string {
  return `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`;
}

export const DONE = 'data: [DONE]\n\n';
