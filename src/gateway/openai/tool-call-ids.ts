import { randomBytes } from 'node:crypto';

/**
 * Keeps the ids of one answer's tool calls apart. An id that is missing or already used is replaced:
 * clients match a tool's result to its call by the id, and openai-node refuses two calls with one id.
 */
export class ToolCallIds {
  private readonly used = new Set<string>();

  unique(id: unknown): string {
    const usable = typeof id === 'string' && id !== '' && !this.used.has(id);
    const chosen = usable ? id : `call_${randomBytes(12).toString('hex')}`;
    this.used.add(chosen);
    return chosen;
  }
}
