import { randomBytes } from 'node:crypto';

/** Makes the ids of an answer and of its items, in OpenAI's form: a prefix and 48 hex digits. */
export class ResponseIds {
  response(): string {
    return `resp_${randomBytes(24).toString('hex')}`;
  }

  message(): string {
    return `msg_${randomBytes(24).toString('hex')}`;
  }

  functionCall(): string {
    return `fc_${randomBytes(24).toString('hex')}`;
  }

  reasoning(): string {
    return `rs_${randomBytes(24).toString('hex')}`;
  }

  /** Of an item that a caller sent without one. */
  item(type: unknown): string {
    switch (type) {
      case 'message':
        return this.message();
      case 'function_call':
        return this.functionCall();
      case 'reasoning':
        return this.reasoning();
      default:
        return `item_${randomBytes(24).toString('hex')}`;
    }
  }

  /** Stands in for the id of a tool call that the upstream left out or gave twice. */
  call(): string {
    return `call_${randomBytes(12).toString('hex')}`;
  }
}
