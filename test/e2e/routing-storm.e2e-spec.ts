import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { SandboxRequest } from '../../src/gateway/providers/sandbox/sandbox-request.js';
import { InFlight } from '../../src/health/in-flight.js';
import { Fleet } from '../support/fleet.js';
import { CHAT } from '../support/gateway.js';
import { crowd, quantile, report, seeded } from '../support/load.js';
import { RawSocket, rawPost } from '../support/raw-socket.js';
import { dataFrame } from '../support/sse.js';
import { until, within } from '../support/within.js';

/** The storm is `ASBRU_STORM=5000`. */
const CLIENTS = Number(process.env.ASBRU_STORM ?? 1_000);
/** Clients, gateway and upstream share one process here, so not all clients are there at once. */
const AT_ONCE = 50;
const MODEL = 'alpha/gpt-oss-120b';
const LONGEST_STAY_MS = 200;
/** An answer that goes on longer than anybody stays. */
const FRAMES = Array.from({ length: 40 }, (_, index) =>
  dataFrame({ id: 'c', created: 1, model: 'm', choices: [{ index: 0, delta: { content: `w${index} ` } }] }),
);

describe('A storm of clients that leave', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    const sandbox = { keepRequests: CLIENTS * 2 };
    fleet = await Fleet.start({ providers: { alpha: { sandbox } }, env: { ASBRU_LOG_LEVEL: 'silent' } });
  });
  afterAll(() => fleet.close());

  /** Sends a request, leaves at a random moment, and says when. */
  const visit = async (client: number, stayMs: number): Promise<number> => {
    const body = { ...CHAT, model: MODEL, stream: client % 4 > 0, user: `client-${client}` };
    const socket = await RawSocket.open(fleet.gateway.port);
    await socket.write(rawPost('/v1/chat/completions', JSON.stringify(body)));
    const { promise, resolve } = Promise.withResolvers<void>();
    setTimeout(resolve, stayMs);
    await promise;
    const at = Date.now();
    if (client % 2 === 0) socket.socket.resetAndDestroy();
    else socket.close();
    return at;
  };

  const storm = async (clients: number): Promise<Map<string, number>> => {
    const random = seeded(clients);
    fleet.sandbox('alpha').script({ kind: 'raw-frames', frames: FRAMES, gapMs: 20, ending: 'park', times: 'always' });
    const left = new Map<string, number>();
    await crowd({ count: clients, atOnce: AT_ONCE }, async (client) => {
      left.set(`client-${client}`, await visit(client, random() * LONGEST_STAY_MS));
    });
    return left;
  };

  const settled = async (): Promise<void> => {
    const inFlight = fleet.gateway.app.get(InFlight);
    await until(20_000, 'no request in flight', () => inFlight.count === 0);
    await until(20_000, 'no upstream request', () => fleet.sandbox('alpha').activeRequests === 0);
  };

  /** A storm and what came of it; nothing of it is held afterwards. */
  const weather = async (): Promise<void> => {
    const left = await storm(CLIENTS);
    await settled();
    const sent = fleet.sent('alpha');
    const outcomes = await within(20_000, 'the end of all', Promise.all(sent.map(({ closed }) => closed)));
    // A client may leave before its request has been read: then the time counts from the request's arrival upstream.
    const delays = sent.map(
      (request) => (request.closedAt ?? Infinity) - Math.max(request.receivedAt, left.get(userOf(request)) ?? Infinity),
    );
    report(
      `${CLIENTS} clients, ${sent.length} reached the upstream; closed after p50 ${quantile(delays, 0.5)} ms, ` +
        `p99 ${quantile(delays, 0.99)} ms, most ${quantile(delays, 1)} ms`,
    );
    expect(sent.length).toBeGreaterThan(CLIENTS / 2);
    expect(new Set(outcomes)).toEqual(new Set(['aborted']));
    expect(quantile(delays, 0.99)).toBeLessThan(2_000);
    fleet.reset();
  };

  it(
    'leaves nothing behind: the upstream is closed, nothing is in flight, memory returns',
    async () => {
      await storm(AT_ONCE);
      await settled();
      fleet.reset();
      const before = heapAfterCollection();

      await weather();
      const answer = await fleet.gateway.chat({ model: MODEL });
      expect(answer.status).toBe(200);
      const after = heapAfterCollection();
      report(`heap ${megabytes(before)} MB before, ${megabytes(after)} MB after`);
      expect(after - before).toBeLessThan(16 * 1024 * 1024);
    },
    20_000 + CLIENTS * 20,
  );
});

function userOf({ json }: SandboxRequest): string {
  return (json as { user?: string }).user ?? '';
}

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}
