import type { ToolCallDelta } from '../../openai/chat.types.js';
import type { WrittenCall } from './call-parts.js';
import { JsonScanner } from './json-scanner.js';

interface OpenCall {
  id: string;
  name: string;
  arguments: string;
  readonly scanner: JsonScanner;
}

/**
 * Gemini has no pieces of a call: those of chat are gathered, however they interleave, and each call comes out when it
 * is whole, in the order in which the calls began.
 */
export class CallBuffer {
  private readonly calls = new Map<number, OpenCall>();
  private out = 0;

  /** The calls that are whole now. */
  push(deltas: readonly ToolCallDelta[]): WrittenCall[] {
    for (const { index, id, function: called } of deltas) {
      let call = this.calls.get(index);
      if (!call) this.calls.set(index, (call = { id: '', name: '', arguments: '', scanner: new JsonScanner() }));
      call.id ||= id ?? '';
      call.name += called.name ?? '';
      call.arguments += called.arguments ?? '';
      for (const char of called.arguments ?? '') call.scanner.step(char);
    }
    return this.take(({ scanner }) => scanner.begun && scanner.depth === 0);
  }

  /** The end of the answer: what is left, whole or not. */
  end(): WrittenCall[] {
    return this.take(() => true);
  }

  private take(isReady: (call: OpenCall) => boolean): WrittenCall[] {
    const ready: WrittenCall[] = [];
    for (const call of [...this.calls.values()].slice(this.out)) {
      if (!isReady(call)) break;
      this.out++;
      ready.push({ id: call.id, name: call.name, arguments: call.arguments });
    }
    return ready;
  }
}
