import { invalid } from './wire-errors.js';

interface OpenCall {
  readonly id: string;
  readonly name: string;
}

/**
 * The function calls of a conversation, in their order: chat matches a result to its call by an id, Gemini by the id
 * where there is one, else by name and order. An id that is missing is made from the call's number in the conversation,
 * so that the same conversation always gives the same ids and prompt caches hold.
 */
export class CallLedger {
  private count = 0;
  private readonly used = new Set<string>();
  private open: OpenCall[] = [];

  /** The id of the next call. */
  call(name: string, id: unknown): string {
    this.count++;
    let chosen = typeof id === 'string' && id !== '' && !this.used.has(id) ? id : `call_${this.count}`;
    while (this.used.has(chosen)) chosen += '_';
    this.used.add(chosen);
    this.open.push({ id: chosen, name });
    return chosen;
  }

  /** The id of the call that a response answers. @throws GatewayError 400 when nothing was called */
  answer(name: string, id: unknown, path: string): string {
    const { open } = this;
    let at = open.findIndex((call) => call.id === id);
    if (at === -1) at = open.findIndex((call) => call.name === name);
    // The name is a label only: what was called first is answered first.
    if (at === -1 && open.length > 0) at = 0;
    const [call] = at === -1 ? [] : open.splice(at, 1);
    if (!call) {
      throw invalid(path, 'Please ensure that function response turn comes immediately after a function call turn.');
    }
    return call.id;
  }

  /** A new turn of the model: what was not answered before never will be. */
  nextTurn(): void {
    this.open = [];
  }
}
