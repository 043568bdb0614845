import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { startChild, stopChild, type Core } from './children.js';
import { helper } from './native.js';

/** How the upstream answers: a whole answer, or a stream of chunks with a pause between two of them. */
export type UpstreamAnswer =
  | { readonly kind: 'json'; readonly bytes: number }
  | { readonly kind: 'sse'; readonly chunks: number; readonly paceUs: number };

/** What it has served since its start: the truth that a ledger is held against. */
export interface Served {
  readonly requests: number;
  readonly chunks: number;
  readonly open_streams: number;
}

/** The upstream of all targets: bench/native/upstream.c. */
export class Upstream {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  static async start(core: Core): Promise<Upstream> {
    const child = startChild(helper('upstream'), ['0'], { core, isRead: true });
    if (!child.stdout) throw new Error('The upstream cannot be read');
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const port = Number(/^port (\d+)/.exec(line.toString())?.[1]);
    if (!port) throw new Error(`The upstream said ${line.toString()}`);
    return new Upstream(child, port);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  async setAnswer(answer: UpstreamAnswer): Promise<void> {
    const query =
      answer.kind === 'json'
        ? `kind=json&bytes=${answer.bytes}`
        : `kind=sse&chunks=${answer.chunks}&pace_us=${answer.paceUs}`;
    const response = await fetch(`${this.url}/bench/answer?${query}`, { method: 'PUT' });
    if (response.status !== 204) throw new Error(`The upstream said ${response.status}`);
  }

  async served(): Promise<Served> {
    return (await (await fetch(`${this.url}/bench/served`)).json()) as Served;
  }

  stop(): Promise<void> {
    return stopChild(this.child);
  }
}
