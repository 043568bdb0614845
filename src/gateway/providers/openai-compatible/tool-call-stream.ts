import { isRecord } from '../../../common/json/is-record.js';
import type { ToolCallDelta } from '../../openai/chat.types.js';
import { ToolCallIds } from '../../openai/tool-call-ids.js';

interface OpenCall {
  index: number;
  upstreamId: string | undefined;
  name: string;
  /** Arguments that came before the name: ai/openai throws on a first delta without one (wire.md 2.3). */
  waiting: string;
  started: boolean;
}

/**
 * The tool calls of one choice of a stream: gives each its index, a unique id and `type`, and holds a call
 * back until its name is known. Arguments pass through as they are.
 */
export class ToolCallStream {
  private readonly calls = new Map<number, OpenCall>();
  private readonly ids = new ToolCallIds();
  private last: OpenCall | undefined;

  get isEmpty(): boolean {
    return this.calls.size === 0;
  }

  push(deltas: unknown[]): ToolCallDelta[] {
    const out: ToolCallDelta[] = [];
    for (const delta of deltas) {
      if (!isRecord(delta)) continue;
      const called = isRecord(delta.function) ? delta.function : {};
      const call = this.callOf(delta);
      if (typeof called.name === 'string' && !call.started) call.name += called.name;
      const fragment = typeof called.arguments === 'string' ? called.arguments : '';
      const next = this.advance(call, fragment);
      if (next) out.push(next);
    }
    return out;
  }

  private advance(call: OpenCall, fragment: string): ToolCallDelta | undefined {
    if (call.started) return { index: call.index, type: 'function', function: { arguments: fragment } };
    call.waiting += fragment;
    if (call.name === '') return undefined;
    call.started = true;
    const { index, name, waiting } = call;
    return { index, id: this.ids.unique(call.upstreamId), type: 'function', function: { name, arguments: waiting } };
  }

  private callOf(delta: Record<string, unknown>): OpenCall {
    const id = typeof delta.id === 'string' && delta.id !== '' ? delta.id : undefined;
    const index = typeof delta.index === 'number' ? delta.index : this.guessIndex(id);
    let call = this.calls.get(index);
    if (!call) {
      call = { index, upstreamId: id, name: '', waiting: '', started: false };
      this.calls.set(index, call);
    }
    call.upstreamId ??= id;
    this.last = call;
    return call;
  }

  /** Without an index, a new id begins a new call and anything else continues the last one. */
  private guessIndex(id: string | undefined): number {
    if (!this.last) return 0;
    return id === undefined || id === this.last.upstreamId ? this.last.index : this.calls.size;
  }
}
