import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { CHAT, startGateway, type TestGateway } from '../support/gateway.js';
import { RawUpstream, SSE } from '../support/raw-upstream.js';
import { DONE, dataFrame, frames } from '../support/sse.js';

const piece = (content: string) =>
  dataFrame({ id: 'c', created: 1, model: 'm', choices: [{ index: 0, delta: { content } }] });
const FINISH = dataFrame({
  id: 'c',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta: {}, finish_reason: 'stop' }],
});
const BLOCK = piece('x'.repeat(16 * 1024));
const BLOCKS = 4_000;

/** Writes as fast as its reader reads, and counts what was taken. */
class Flood {
  taken = 0;
  private readonly stops: Array<() => void> = [];
  private stopped = false;

  /** Resolves when the reader takes no more. */
  async untilBlocked(): Promise<void> {
    if (!this.stopped) await new Promise<void>((resolve) => this.stops.push(resolve));
  }

  readonly serve = async (_request: unknown, response: ServerResponse): Promise<void> => {
    response.writeHead(200, SSE);
    for (let sent = 0; sent < BLOCKS && !response.destroyed; sent++) {
      this.taken += BLOCK.length;
      if (response.write(BLOCK)) continue;
      await this.drained(response);
    }
    response.end(FINISH + DONE);
  };

  /** A pause of half a second means that nobody reads: the loopback device is faster by orders of magnitude. */
  private async drained(response: ServerResponse): Promise<void> {
    const timer = setTimeout(() => {
      this.stopped = true;
      for (const stop of this.stops) stop();
    }, 500);
    const other = new AbortController();
    const { signal } = other;
    await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]).finally(() =>
      other.abort(),
    );
    clearTimeout(timer);
    this.stopped = false;
  }
}

describe('Back-pressure', () => {
  let gateway: TestGateway;
  let upstream: RawUpstream;
  let flood: Flood;

  beforeEach(async () => {
    flood = new Flood();
    upstream = await RawUpstream.start(flood.serve);
    gateway = await startGateway({ upstream: upstream.url, env: { ASBRU_IDLE_TIMEOUT_MS: '300' } });
  });

  afterEach(async () => {
    await gateway.close();
    await upstream.close();
  });

  const open = () => gateway.open('/v1/chat/completions', { body: { ...CHAT, stream: true } });

  it('#22 while the client does not read, the upstream is not read', async () => {
    const { body } = await open();
    await flood.untilBlocked();
    // The sockets of both sides and the buffers between them hold this much and no more.
    expect(flood.taken).toBeLessThan(24 * 1024 * 1024);
    const before = flood.taken;
    let bytes = 0;
    let done = false;
    // The idle timeout has passed while nobody read: a slow client is not a silent upstream.
    for await (const frame of frames(body)) {
      bytes += frame.raw.length;
      done = frame.data === '[DONE]';
    }
    expect(done).toBe(true);
    expect(flood.taken).toBe(BLOCK.length * BLOCKS);
    expect(flood.taken).toBeGreaterThan(before);
    expect(bytes).toBeGreaterThan(16 * 1024 * BLOCKS);
  }, 30_000);

  it('#22 a client that leaves without having read lets the upstream go', async () => {
    const { body } = await open();
    await flood.untilBlocked();
    body.destroy();
    body.on('error', () => undefined);
    expect((await gateway.log.lineWith('"aborted":true')).length).toBeGreaterThan(0);
  });

  it('#22 ten that do not read cost bounded memory', async () => {
    // What other tests of the process hold on the heap is not this one's matter: buffers, and what they grow by, are.
    const before = process.memoryUsage().arrayBuffers;
    const bodies = await Promise.all(Array.from({ length: 10 }, () => open()));
    await flood.untilBlocked();
    const grown = process.memoryUsage().arrayBuffers - before;
    for (const { body } of bodies) body.on('error', () => undefined).destroy();
    expect(grown).toBeLessThan(400 * 1024 * 1024);
  });
});
