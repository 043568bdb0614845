import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerProcess } from '../../contract/support/server-process.ts';

const ROOT = join(import.meta.dirname, '../../..');
const SANDBOX_KEY = 'csk-sandbox';

/** A chat request as the sandbox received it. */
export interface SeenRequest {
  method: string;
  url: string;
  status: number;
  headers: Record<string, string>;
  body: {
    model: string;
    stream?: boolean;
    tools?: Array<{ function: { name: string } }>;
    messages: Array<{ role: string; content?: unknown; tool_call_id?: string }>;
  };
}

/** What the model is to say, in the form of docs/sandbox.md. */
export type Script = Array<{ text?: string; tool_calls?: Array<{ name: string; arguments: object }> }>;

/** The built gateway with an asbru.yaml, and the built sandbox behind it. */
export class Stack {
  readonly gateway: ServerProcess;
  private readonly sandbox: ServerProcess;
  private readonly folder: string;

  private constructor(gateway: ServerProcess, sandbox: ServerProcess, folder: string) {
    this.gateway = gateway;
    this.sandbox = sandbox;
    this.folder = folder;
  }

  static async start(): Promise<Stack> {
    const folder = await mkdtemp(join(tmpdir(), 'asbru-agents-'));
    const sandbox = await ServerProcess.start(join(ROOT, 'dist/sandbox.cli.js'), folder);
    const config = {
      version: 1,
      providers: {
        cerebras: { type: 'cerebras', base_url: sandbox.origin, keys: [{ name: 'main', value: SANDBOX_KEY }] },
      },
      models: { aliases: { 'claude-*': 'cerebras/gpt-oss-120b', 'gpt-5*': 'cerebras/gpt-oss-120b' } },
    };
    await writeFile(join(folder, 'asbru.yaml'), JSON.stringify(config));
    const gateway = await ServerProcess.start(join(ROOT, 'dist/main.js'), folder);
    return new Stack(gateway, sandbox, folder);
  }

  /** Tells the model what to say, and forgets what was asked of it before. */
  async script(answers: Script): Promise<void> {
    for (const what of ['answers', 'requests']) {
      await fetch(`${this.sandbox.origin}/__sandbox/${what}`, { method: 'DELETE' });
    }
    const body = JSON.stringify(answers);
    const response = await fetch(`${this.sandbox.origin}/__sandbox/answers`, { method: 'POST', body });
    if (!response.ok) throw new Error(`The script is wrong: ${await response.text()}`);
  }

  /** The chat requests that reached the sandbox, in their order. */
  async seen(): Promise<SeenRequest[]> {
    const response = await fetch(`${this.sandbox.origin}/__sandbox/requests`);
    const requests = (await response.json()) as SeenRequest[];
    return requests.filter(({ method }) => method === 'POST');
  }

  async stop(): Promise<void> {
    await this.gateway.stop();
    await this.sandbox.stop();
    await rm(this.folder, { recursive: true });
  }
}
