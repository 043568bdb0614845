import { UpstreamClient } from '../../../common/http/upstream-client.js';
import { CredentialClients } from './credential-clients.js';

/** Counts instead of connecting. */
class CountedClient extends UpstreamClient {
  retired = false;

  constructor() {
    super('http://127.0.0.1:9', { connectMs: 1_000 });
  }

  override retire(): void {
    this.retired = true;
    super.retire();
  }
}

describe('CredentialClients', () => {
  it('gives one credential one client, and each another one', () => {
    const clients = new CredentialClients(() => new CountedClient());
    const first = clients.of('a');
    expect(clients.of('a')).toBe(first);
    expect(clients.of('b')).not.toBe(first);
  });

  it('holds no more than its capacity, and lets that go which was used longest ago', () => {
    const made: CountedClient[] = [];
    const clients = new CredentialClients(() => {
      made.push(new CountedClient());
      return made[made.length - 1] ?? new CountedClient();
    }, 2);
    for (const secret of ['a', 'b', 'a', 'c']) clients.of(secret);
    expect(clients.size).toBe(2);
    expect(made.map(({ retired }) => retired)).toEqual([false, true, false]);
    clients.of('a');
    expect(made).toHaveLength(3);
  });
});
