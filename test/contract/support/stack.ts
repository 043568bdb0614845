import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach } from 'node:test';
import { Sandbox } from './sandbox.ts';
import { ServerProcess } from './server-process.ts';

const DIST = join(import.meta.dirname, '../../../dist');
const SANDBOX_KEY = 'csk-sandbox';

/** What a suite sees of the running system: the gateway's addresses, and its upstream to look into. */
export interface Stack {
  /** The gateway without a path: what the Cerebras SDK calls its base URL. */
  readonly origin: string;
  /** The gateway's OpenAI base URL. */
  readonly v1: string;
  readonly sandbox: Sandbox;
}

/**
 * Starts a sandbox and a gateway in front of it for one test file, and forgets faults and records before each test.
 * The members are readable once the tests run.
 * @param env further settings of the gateway
 */
export function useStack(env: Record<string, string> = {}): Stack {
  let gateway: ServerProcess | undefined;
  let upstream: ServerProcess | undefined;
  let directory = '';

  before(async () => {
    // An empty working directory: no .env or asbru.yaml of the developer's is picked up.
    directory = await mkdtemp(join(tmpdir(), 'asbru-contract-'));
    upstream = await ServerProcess.start(join(DIST, 'sandbox.cli.js'), directory);
    gateway = await startGateway(directory, upstream.origin, env);
  });
  beforeEach(() => new Sandbox(running(upstream).origin).reset());
  after(async () => {
    await gateway?.stop();
    await upstream?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  return {
    get origin() {
      return running(gateway).origin;
    },
    get v1() {
      return `${running(gateway).origin}/v1`;
    },
    get sandbox() {
      return new Sandbox(running(upstream).origin);
    },
  };
}

function running<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error('the stack runs only during tests');
  return part;
}

/** Starts the built gateway in front of the given Cerebras-shaped upstream. */
function startGateway(directory: string, upstreamOrigin: string, env: Record<string, string>): Promise<ServerProcess> {
  return ServerProcess.start(join(DIST, 'main.js'), directory, {
    CEREBRAS_BASE_URL: upstreamOrigin,
    CEREBRAS_API_KEY: SANDBOX_KEY,
    ASBRU_LOG_LEVEL: 'warn',
    // Each file starts a gateway of its own; the client matrix has one with workers on all cores, as it comes.
    ASBRU_WORKERS: '1',
    ...env,
  });
}
