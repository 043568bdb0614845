// Restarts three gateways one by one behind HAProxy while requests and streams run through them, and counts what the
// clients notice. Then lets connections fall idle until both sides want to close them, and counts again.
//
//   npm run build && node test/rolling-restart/rolling-restart.cli.ts
//
// Needs haproxy. Everything listens on 127.0.0.1, on free ports.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = join(import.meta.dirname, '../..');
const REQUESTS_PER_SECOND = 100;
const STREAMS = 20;
/** At the sandbox's pace of 4 ms a stream takes about 2.5 s. */
const STREAM_NUMBERS = 300;
/** HAProxy needs up to 1.5 s to see that a gateway leaves. */
const PRESTOP_MS = 2_500;
const START_LIMIT_MS = 15_000;
const ALL_LIMIT_MS = 58_000;
/** Node closes an idle connection one second after this. */
const SHORT_KEEP_ALIVE_MS = 2_000;
const IDLE_CLIENTS = 40;
const IDLE_ROUNDS = 3;

type Ports = Record<'front' | 'sandbox' | 'a' | 'b' | 'c', number>;
const GATEWAYS = ['a', 'b', 'c'] as const;
type Name = (typeof GATEWAYS)[number];

/** What the clients saw. */
class Tally {
  requests = 0;
  streams = 0;
  readonly failures: string[] = [];

  fail(what: string): void {
    this.failures.push(`${new Date().toISOString().slice(14, 23)} ${what}`);
  }
}

/** The processes, with their ends. */
class Processes {
  private readonly running = new Set<ChildProcess>();

  start(command: string, args: readonly string[], env: Record<string, string>): ChildProcess {
    // A developer's own settings must not reach the test.
    const path = { PATH: process.env.PATH ?? '' };
    const child = spawn(command, args, { cwd: ROOT, env: { ...path, ...env }, stdio: ['ignore', 'ignore', 'inherit'] });
    this.running.add(child);
    child.once('exit', () => this.running.delete(child));
    return child;
  }

  killAll(): void {
    for (const child of this.running) child.kill('SIGKILL');
  }
}

/** Three gateways in front of one sandbox, and HAProxy in front of them. */
class Site {
  readonly agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  private readonly gateways = new Map<Name, ChildProcess>();
  private readonly folder = mkdtempSync(join(tmpdir(), 'asbru-rolling-'));

  private readonly processes: Processes;
  readonly ports: Ports;
  private readonly settings: Record<string, string>;

  constructor(processes: Processes, ports: Ports, settings: Record<string, string>) {
    this.processes = processes;
    this.ports = ports;
    this.settings = settings;
  }

  static async start(processes: Processes, settings: Record<string, string>, purge: string): Promise<Site> {
    const [front = 0, sandbox = 0, a = 0, b = 0, c = 0] = await freePorts(5);
    const site = new Site(processes, { front, sandbox, a, b, c }, settings);
    processes.start(process.execPath, ['dist/sandbox.cli.js'], { PORT: String(sandbox) });
    await answers(sandbox, '/public/v1/models');
    await Promise.all(GATEWAYS.map((name) => site.startGateway(name)));
    const cfg = { FRONT: String(front), A: String(a), B: String(b), C: String(c), PURGE: purge };
    processes.start('haproxy', ['-q', '-db', '-f', join(import.meta.dirname, 'haproxy.cfg')], cfg);
    await answers(front, '/health/ready');
    return site;
  }

  async startGateway(name: Name): Promise<void> {
    const env = {
      PORT: String(this.ports[name]),
      CEREBRAS_API_KEY: 'csk-sandbox',
      CEREBRAS_BASE_URL: `http://127.0.0.1:${this.ports.sandbox}`,
      ASBRU_LOG_LEVEL: 'error',
      // Each has its own: three on one database would need Redis.
      DATABASE_URL: 'sqlite::memory:',
      ASBRU_DATA_DIR: join(this.folder, name),
      ...this.settings,
    };
    this.gateways.set(name, this.processes.start(process.execPath, ['dist/main.js'], env));
    await answers(this.ports[name], '/health/ready');
  }

  /** Sends the signals and gives the exit status. */
  async stop(name: Name, signals: readonly NodeJS.Signals[] = ['SIGTERM']): Promise<number | null> {
    const gateway = this.gateways.get(name);
    if (!gateway) throw new Error(`There is no gateway ${name}`);
    const exit = once(gateway, 'exit');
    for (const signal of signals) {
      gateway.kill(signal);
      await sleep(100);
    }
    await exit;
    return gateway.exitCode;
  }

  /** Sends a chat request to the front, and gives the whole answer. */
  async chat(body: object, agent = this.agent): Promise<{ status: number; text: string }> {
    const message = { model: 'cerebras/gpt-oss-120b', ...body };
    const sent = request({
      host: '127.0.0.1',
      port: this.ports.front,
      path: '/v1/chat/completions',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      agent,
      timeout: 20_000,
    });
    sent.once('timeout', () => sent.destroy(new Error('no answer within 20 s')));
    sent.end(JSON.stringify(message));
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    let text = '';
    for await (const piece of answer.setEncoding('utf8')) text += String(piece);
    return { status: answer.statusCode ?? 0, text };
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/** Waits until the path is answered with 200. */
async function answers(port: number, path: string): Promise<void> {
  const deadline = Date.now() + START_LIMIT_MS;
  while (Date.now() < deadline) {
    const status = await fetch(`http://127.0.0.1:${port}${path}`).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200) return;
    await sleep(50);
  }
  throw new Error(`Nothing answers at ${port}${path}`);
}

const ask = (content: string): object => ({ messages: [{ role: 'user', content }] });

/** The text of a streamed answer; pieces of it never hold a quote here. */
function contentOf(stream: string): string {
  return Array.from(stream.matchAll(/"content":"([^"]*)"/g), ([, piece]) => piece).join('');
}

async function oneRequest(site: Site, tally: Tally, agent?: Agent): Promise<void> {
  tally.requests++;
  try {
    const { status, text } = await site.chat(ask('Say: word word'), agent);
    if (status !== 200 || !text.includes('"content":"word word"'))
      tally.fail(`request: ${status} ${text.slice(0, 200)}`);
  } catch (error) {
    tally.fail(`request: ${String(error)}`);
  }
}

async function oneStream(site: Site, tally: Tally): Promise<void> {
  tally.streams++;
  try {
    const { status, text } = await site.chat({ ...ask(`Count to ${STREAM_NUMBERS}`), stream: true });
    const numbers = contentOf(text).match(/\d+/g)?.length ?? 0;
    const whole = status === 200 && text.endsWith('data: [DONE]\n\n') && numbers === STREAM_NUMBERS;
    if (!whole)
      tally.fail(`stream: ${status}, ${numbers} of ${STREAM_NUMBERS}, ends ${JSON.stringify(text.slice(-300))}`);
  } catch (error) {
    tally.fail(`stream: ${String(error)}`);
  }
}

/** Requests at a steady rate, however long each takes, and always some streams, until `done` says so. */
async function load(site: Site, tally: Tally, isOver: () => boolean): Promise<void> {
  const from = performance.now();
  const requests: Promise<void>[] = [];
  const streams = Array.from({ length: STREAMS }, async () => {
    while (!isOver()) await oneStream(site, tally);
  });
  while (!isOver()) {
    const due = ((performance.now() - from) / 1_000) * REQUESTS_PER_SECOND;
    while (requests.length < due) requests.push(oneRequest(site, tally));
    await sleep(5);
  }
  await Promise.all([...requests, ...streams]);
}

async function rollingRestart(processes: Processes): Promise<Tally> {
  const site = await Site.start(processes, { ASBRU_PRESTOP_MS: String(PRESTOP_MS), ASBRU_DRAIN_MS: '15000' }, '20s');
  const tally = new Tally();
  let over = false;
  const loading = load(site, tally, () => over);
  await sleep(1_000);
  for (const name of GATEWAYS) {
    const status = await site.stop(name);
    if (status !== 0) tally.fail(`gateway ${name} ended with ${status}`);
    await site.startGateway(name);
    // HAProxy looks twice a second.
    await sleep(1_000);
  }
  over = true;
  await loading;
  await secondSignal(site, tally);
  site.agent.destroy();
  return tally;
}

/** A second signal ends a gateway at once, though it is waiting for load balancers. */
async function secondSignal(site: Site, tally: Tally): Promise<void> {
  const from = performance.now();
  const status = await site.stop('a', ['SIGTERM', 'SIGTERM']);
  if (status !== 1 || performance.now() - from > PRESTOP_MS / 2) tally.fail(`second signal: exit status ${status}`);
}

/** Clients whose pauses end when the gateways are about to close the connections that HAProxy keeps. */
async function idleRace(processes: Processes): Promise<Tally> {
  const site = await Site.start(processes, { ASBRU_HTTP_KEEP_ALIVE_MS: String(SHORT_KEEP_ALIVE_MS) }, '500ms');
  const tally = new Tally();
  const client = async (index: number): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let round = 0; round < IDLE_ROUNDS; round++) {
      await oneRequest(site, tally, agent);
      await sleep(SHORT_KEEP_ALIVE_MS + (index * 1_200) / IDLE_CLIENTS);
    }
    await oneRequest(site, tally, agent);
    agent.destroy();
  };
  await Promise.all(Array.from({ length: IDLE_CLIENTS }, (_, index) => client(index)));
  return tally;
}

const processes = new Processes();
process.once('exit', () => processes.killAll());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
setTimeout(() => {
  console.error('rolling restart: took too long');
  process.exit(1);
}, ALL_LIMIT_MS).unref();

const restart = await rollingRestart(processes);
processes.killAll();
const idle = await idleRace(processes);
processes.killAll();
for (const failure of [...restart.failures, ...idle.failures].slice(0, 20)) console.error(failure);
console.log(`idle keep-alive race: ${idle.requests} requests, ${idle.failures.length} failed`);
console.log(
  `rolling restart: ${restart.requests} requests, ${restart.streams} streams, ${restart.failures.length} failed`,
);
process.exitCode = restart.failures.length + idle.failures.length === 0 ? 0 : 1;
