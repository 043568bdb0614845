import type { ResponseIds } from './response-ids.js';

/**
 * Keeps the call ids of one answer distinct. Some upstreams leave the id of a tool call out or give the
 * same one twice, on which openai-node's accumulator throws; the first owner keeps the upstream's id.
 */
export class CallIds {
  private readonly given = new Set<string>();

  constructor(private readonly ids: ResponseIds) {}

  distinct(upstream: string | undefined): string {
    const id = upstream && !this.given.has(upstream) ? upstream : this.ids.call();
    this.given.add(id);
    return id;
  }
}
