import { createHmac, randomBytes } from 'node:crypto';
import type { UpstreamClient } from '../../../common/http/upstream-client.js';

/** Callers whose connections to one upstream are kept open at one time. */
const CAPACITY = 256;

/**
 * Connections for each credential by itself: what one caller's upstream leaves on an idle socket must not be taken for
 * the answer of the next caller. The number of callers has a bound; the one that asked longest ago goes, once his
 * requests are done.
 */
export class CredentialClients {
  private readonly clients = new Map<string, UpstreamClient>();
  /** Of this process: the map holds no credential, and no hash that means anything elsewhere. */
  private readonly hashKey = randomBytes(32);

  constructor(
    private readonly open: () => UpstreamClient,
    private readonly capacity = CAPACITY,
  ) {}

  of(secret: string): UpstreamClient {
    const id = createHmac('sha256', this.hashKey).update(secret).digest('base64');
    const client = this.clients.get(id) ?? this.open();
    // At the end again: the order is that of use.
    this.clients.delete(id);
    this.clients.set(id, client);
    if (this.clients.size > this.capacity) this.dropOldest();
    return client;
  }

  get size(): number {
    return this.clients.size;
  }

  /** Closes the connections once the requests that run are done. */
  retire(): void {
    for (const client of this.clients.values()) client.retire();
    this.clients.clear();
  }

  async close(): Promise<void> {
    await Promise.all([...this.clients.values()].map((client) => client.close()));
  }

  private dropOldest(): void {
    for (const [id, client] of this.clients) {
      this.clients.delete(id);
      client.retire();
      return;
    }
  }
}
