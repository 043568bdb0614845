import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ServerProcess } from '../support/server-process.ts';
import { type ClientReport, type Upstream, UPSTREAM_NAMES } from './matrix.types.ts';
import { readReport } from './report.ts';

const HERE = import.meta.dirname;
const PACKAGE = join(HERE, '..');
const DIST = join(HERE, '../../../dist');

/** A process that runs clients one after another, with gateways and upstreams of its own: others do not disturb it. */
interface Lane {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

const python = (environment: string, modules: string): Lane['command'] => [
  join(PACKAGE, environment, 'bin/python'),
  join(HERE, 'python/lane.py'),
  modules,
];

const LANES: readonly Lane[] = [
  { name: 'Node', command: [process.execPath, join(HERE, 'node/lane.cli.ts')] },
  {
    name: 'Python',
    command: python('.venv', 'anthropic_clients,openai_clients,langchain_clients,pydantic_ai_clients'),
  },
  // Packages that do not go with the others': they need OpenAI's SDK before version 3, or are a later major version.
  { name: 'Python, apart', command: python('.venv-apart', 'llama_index_clients,google_genai_clients') },
];

export interface LanesResult {
  readonly reports: readonly ClientReport[];
  /** Lanes that did not come to their end. */
  readonly problems: readonly string[];
}

/** Runs all lanes at once. */
export async function runLanes(words: readonly string[]): Promise<LanesResult> {
  const results = await Promise.all(LANES.map((lane) => runLane(lane, words)));
  return {
    reports: results.flatMap((result) => result.reports),
    problems: results.flatMap((result) => result.problems),
  };
}

async function runLane(lane: Lane, words: readonly string[]): Promise<LanesResult> {
  // An empty working directory: no .env or asbru.yaml of the developer's is picked up.
  const directory = await mkdtemp(join(tmpdir(), 'asbru-clients-'));
  const sandboxes = await Promise.all(
    UPSTREAM_NAMES.map(async (name) => ({ name, server: await startSandbox(name, directory) })),
  );
  const where = Object.fromEntries(
    sandboxes.map(({ name, server }) => [`${name.toUpperCase()}_SANDBOX`, server.origin]),
  );
  const [gateway, vendors] = await Promise.all(
    ['asbru.yaml', 'vendors.yaml'].map((file) => startGateway(join(HERE, file), directory, where)),
  );
  if (!gateway || !vendors) throw new Error('a gateway is missing');
  const places = sandboxes.map(({ name, server }) => [
    name,
    { gateway: name === 'cerebras' ? gateway.origin : vendors.origin, sandbox: server.origin },
  ]);
  try {
    const result = await runClients(lane, [JSON.stringify(Object.fromEntries(places)), ...words]);
    // A server that died during the run is a problem even if no client minded.
    await Promise.all([gateway, vendors, ...sandboxes.map(({ server }) => server)].map((server) => server.stop()));
    return result;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function startSandbox(name: Upstream, directory: string): Promise<ServerProcess> {
  return ServerProcess.start(join(DIST, 'sandbox.cli.js'), directory, { ASBRU_SANDBOX_API: name });
}

async function startGateway(file: string, parent: string, env: Record<string, string>): Promise<ServerProcess> {
  // A directory of its own: what is stored there is nobody else's.
  const directory = await mkdtemp(join(parent, 'gateway-'));
  return ServerProcess.start(join(DIST, 'main.js'), directory, {
    ...env,
    ASBRU_CONFIG: file,
    ASBRU_LOG_LEVEL: 'warn',
  });
}

async function runClients({ name, command: [file, ...args] }: Lane, more: readonly string[]): Promise<LanesResult> {
  const child = spawn(file, [...args, ...more], {
    cwd: PACKAGE,
    // No keys, proxies or telemetry settings of the developer's.
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const noise = keepNoise(child);
  const reports: ClientReport[] = [];
  const ended = once(child, 'close');
  if (child.stdout) {
    for await (const line of createInterface(child.stdout)) {
      if (line.startsWith('{"client"')) reports.push(readReport(line));
      else if (line.trim() !== '') noise.lines.push(line);
    }
  }
  const [code] = await ended;
  const problems =
    code === 0 ? [] : [`the clients for ${name} ended with ${code}:\n${noise.lines.slice(-40).join('\n')}`];
  return { reports, problems };
}

/** What clients print besides their reports; shown when a lane fails. */
function keepNoise(child: ChildProcess): { readonly lines: string[] } {
  const lines: string[] = [];
  child.stderr?.on('data', (text: Buffer) => lines.push(...text.toString().split('\n')));
  return { lines };
}
