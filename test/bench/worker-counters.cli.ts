// What a decision of the counters costs when the supervisor has them: a worker and a supervisor, each a process, on one
// pipe. Six claims for each call, as a key with a budget and limits has, and each call is settled.
//
//   node --import ./test/support/source-hooks.mjs test/bench/worker-counters.cli.ts
import { fork } from 'node:child_process';
import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { SystemClock } from '../../src/common/time/clock.port.js';
import { GroupMember } from '../../src/common/workers/group-member.js';
import { Peer } from '../../src/common/workers/peer.js';
import { topic } from '../../src/common/workers/topic.js';
import type { Claim, Lease } from '../../src/control/counters/counters.port.js';
import { MemoryCounters } from '../../src/control/counters/memory-counters.js';
import { CountersHost } from '../../src/control/counters/workers/counters-host.js';
import { WorkerCounters } from '../../src/control/counters/workers/worker-counters.js';

const CALLS = 20_000;
const CPU = topic<null, number>('cpu');

const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

function leaseOf(index: number): Lease {
  const claim = (counter: string, kind: Claim['kind'], amount: number, windowMs: number): Claim => {
    return { counter, kind, limit: 1e12, amount, windowMs, soft: false, expiresAt: 0, seed: () => [] };
  };
  const claims = [
    claim('bud_kPq7xYwZ3mN5vB8cD2fG4hJ6@1795392000000', 'budget', 120, 0),
    claim('bud_team_kPq7xYwZ3mN5vB8cD2fG@1795392000000', 'budget', 120, 0),
    claim('vk_kPq7xYwZ3mN5vB8cD2fG4hJ6/requests/60000', 'rate', 1, 60_000),
    claim('vk_kPq7xYwZ3mN5vB8cD2fG4hJ6/tokens/60000', 'rate', 200, 60_000),
    claim('team_kPq7xYwZ3mN5vB8cD2fG4hJ/tokens/60000', 'rate', 200, 60_000),
    claim('vk_kPq7xYwZ3mN5vB8cD2fG4hJ6/concurrency', 'concurrency', 1, 0),
  ];
  return { id: `req_${index.toString(16).padStart(32, '0')}`, scope: 'org_default', claims, onLimiterDown: 'closed' };
}

const ACTUAL = [100, 100, 1, 150, 150, 0];

if (process.argv[2] === 'supervisor') {
  const peer = new Peer(new Socket({ fd: 3 }));
  new CountersHost(new SystemClock()).connect(1, peer);
  peer.on(CPU, () => cpu());
} else {
  const supervisor = fork(fileURLToPath(import.meta.url), ['supervisor'], {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe', 'ipc'],
  });
  const pipe = supervisor.stdio[3];
  if (!(pipe instanceof Duplex)) throw new Error('There is no pipe');
  const group = new GroupMember(new Peer(pipe), { id: 1, size: 2, isFirst: true });
  const shared = new WorkerCounters(group, new SystemClock());
  let serial = 0;
  const run = async (atOnce: number, calls = CALLS): Promise<object> => {
    const times: number[] = [];
    let left = calls;
    const [own, theirs] = [cpu(), await group.ask(CPU, null)];
    const caller = async (): Promise<void> => {
      while (left-- > 0) {
        const lease = leaseOf(serial++);
        const from = performance.now();
        await shared.admit(lease);
        times.push(performance.now() - from);
        shared.settle(lease, ACTUAL);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, () => caller()));
    const after = await group.ask(CPU, null);
    times.sort((one, other) => one - other);
    const at = (share: number): string => `${Math.round((times[Math.floor(times.length * share)] ?? 0) * 1000)} µs`;
    const each = (sum: number): string => `${(sum / calls).toFixed(1)} µs`;
    return { atOnce, p50: at(0.5), p99: at(0.99), workerCpu: each(cpu() - own), supervisorCpu: each(after - theirs) };
  };
  await run(32);
  for (const atOnce of [1, 8, 32, 256]) console.log(await run(atOnce));
  const local = new MemoryCounters(new SystemClock());
  for (const isMeasured of [false, true]) {
    const from = cpu();
    for (let index = 0; index < CALLS; index++) {
      const lease = leaseOf(serial++);
      local.admit(lease);
      local.settle(lease, ACTUAL);
    }
    if (isMeasured) console.log({ inOneProcess: `${((cpu() - from) / CALLS).toFixed(1)} µs` });
  }
  supervisor.kill();
  process.exit(0);
}
