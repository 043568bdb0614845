import { CHAT, startGateway, type TestGateway } from '../support/gateway.js';
import { RawSocket, rawPost } from '../support/raw-socket.js';

const PATH = '/v1/chat/completions';
/** How long after its client the upstream request may live. */
const LIMIT_MS = 250;

describe('A client that goes away', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway();
  });

  afterAll(() => gateway.close());
  beforeEach(() => gateway.reset());

  /** Hangs up, and says how the upstream request ended and how long after. */
  const hangUp = async (socket: RawSocket, how: 'end' | 'reset') => {
    const request = await gateway.arrival();
    const begin = performance.now();
    if (how === 'reset') socket.socket.resetAndDestroy();
    else socket.close();
    const outcome = await request.closed;
    return { outcome, afterMs: performance.now() - begin };
  };
  const expectAborted = ({ outcome, afterMs }: { outcome: string; afterMs: number }): void => {
    expect(outcome).toBe('aborted');
    expect(afterMs).toBeLessThan(LIMIT_MS);
  };

  describe.each(['end', 'reset'] as const)('(%s)', (how) => {
    it('#21 in the middle of a stream aborts the upstream', async () => {
      gateway.sandbox.script({ kind: 'stall', afterFrames: 4 });
      const socket = await RawSocket.open(gateway.port);
      await socket.write(rawPost(PATH, JSON.stringify({ ...CHAT, stream: true })));
      await socket.until(/data: /);
      expectAborted(await hangUp(socket, how));
    });

    it.each([true, false])('#21 before the first byte aborts the upstream (stream: %s)', async (stream) => {
      gateway.sandbox.script({ kind: 'never' });
      const socket = await RawSocket.open(gateway.port);
      await socket.write(rawPost(PATH, JSON.stringify({ ...CHAT, stream })));
      expectAborted(await hangUp(socket, how));
    });

    it('#21 in the middle of a whole answer aborts the upstream', async () => {
      gateway.sandbox.script({ kind: 'stall', atByte: 50 });
      const socket = await RawSocket.open(gateway.port);
      await socket.write(rawPost(PATH, JSON.stringify(CHAT)));
      expectAborted(await hangUp(socket, how));
    });

    it('#21 from a text completion aborts the upstream', async () => {
      gateway.sandbox.script({ kind: 'stall', afterFrames: 1 });
      const socket = await RawSocket.open(gateway.port);
      await socket.write(
        rawPost('/v1/completions', JSON.stringify({ model: CHAT.model, prompt: 'Once', stream: true })),
      );
      await socket.until(/data: /);
      expectAborted(await hangUp(socket, how));
    });
  });

  it('#21 between two tries is not tried again', async () => {
    gateway.sandbox.script({ kind: 'rate-limit', quota: 'queue', times: 'always' });
    const socket = await RawSocket.open(gateway.port);
    await socket.write(rawPost(PATH, JSON.stringify(CHAT)));
    await (
      await gateway.arrival()
    ).closed;
    socket.close();
    expect(await gateway.log.lineWith('"aborted":true')).toContain('"status":499');
    expect(gateway.sent).toHaveLength(1);
  });

  it('#21 leaves a line in the log', async () => {
    gateway.sandbox.script({ kind: 'stall', afterFrames: 4 });
    const socket = await RawSocket.open(gateway.port);
    await socket.write(rawPost(PATH, JSON.stringify({ ...CHAT, stream: true })));
    await socket.until(/data: /);
    socket.close();
    const line = JSON.parse(await gateway.log.lineWith('"aborted":true')) as Record<string, unknown>;
    expect(line).toMatchObject({ status: 200, aborted: true, model: 'gpt-oss-120b' });
    expect(line).not.toHaveProperty('finish_reason');
  });

  it('#21 a hundred of them leave nothing behind', async () => {
    gateway.sandbox.script({ kind: 'stall', afterFrames: 4, times: 100 });
    const sockets = await Promise.all(Array.from({ length: 100 }, () => RawSocket.open(gateway.port)));
    await Promise.all(
      sockets.map(async (socket) => {
        await socket.write(rawPost(PATH, JSON.stringify({ ...CHAT, stream: true })));
        await socket.until(/data: /);
        socket.close();
      }),
    );
    const outcomes = await Promise.all(gateway.sent.map((request) => request.closed));
    expect(outcomes).toEqual(Array.from({ length: 100 }, () => 'aborted'));
    expect((await gateway.chat()).status).toBe(200);
  });
});
