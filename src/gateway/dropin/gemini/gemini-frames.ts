import { geminiError } from '../../../common/errors/gemini-envelope.js';
import type { GatewayError } from '../../../common/errors/gateway-error.js';
import { dataFrame, type FrameWriter } from '../../../common/sse/frames.js';
import { SseParser } from '../../../common/sse/sse-parser.js';
import type { GenerateContentResponse } from '../../gemini/generate-content.types.js';

/** Frames of an upstream that spoke the same dialect, as they came; or a piece that was made of chat. */
export type StreamPiece = string | GenerateContentResponse;

/** Server-sent events, as `alt=sse` asks for: no end mark. */
export class GeminiSseFrames implements FrameWriter<StreamPiece> {
  pieces(batch: readonly StreamPiece[]): string {
    let frames = '';
    for (const piece of batch) frames += typeof piece === 'string' ? piece : dataFrame(piece);
    return frames;
  }

  end(): string {
    return '';
  }

  failure(error: GatewayError): string {
    return dataFrame(geminiError(error));
  }
}

/** One JSON array, as the API streams without `alt=sse`; each item is written when it is there. */
export class GeminiArrayFrames implements FrameWriter<StreamPiece> {
  private isFirst = true;
  private found: string[] = [];
  private readonly parser = new SseParser(({ data }) => this.found.push(data));

  pieces(batch: readonly StreamPiece[]): string {
    let text = '';
    for (const piece of batch) {
      const items = typeof piece === 'string' ? this.itemsIn(piece) : [JSON.stringify(piece)];
      for (const item of items) text += this.item(item);
    }
    return text;
  }

  end(): string {
    return this.isFirst ? '[]' : '\n]\n';
  }

  /** The array ends with what failed, so that readers of whole arrays can read it. */
  failure(error: GatewayError): string {
    return `${this.item(JSON.stringify(geminiError(error)))}${this.end()}`;
  }

  private item(text: string): string {
    const separator = this.isFirst ? '[' : ',\n';
    this.isFirst = false;
    return separator + text;
  }

  private itemsIn(frames: string): string[] {
    this.parser.feed(Buffer.from(frames));
    const { found } = this;
    this.found = [];
    return found;
  }
}
