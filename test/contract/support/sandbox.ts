import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 10;

/** The faults used here; the sandbox has more (sandbox-fault.ts of the gateway's sources describes them). */
export type Fault = (
  | { kind: 'status'; status: number; body?: unknown; headers?: Record<string, string> }
  | {
      kind: 'rate-limit';
      quota: 'requests' | 'tokens' | 'queue';
      retryAfter?: number;
      headers?: Record<string, string>;
    }
  | { kind: 'html'; status: number }
  | { kind: 'never' }
  | { kind: 'raw-frames'; frames: readonly string[]; gapMs?: number }
  | { kind: 'cut'; afterFrames: number; how?: 'end' | 'close' | 'reset' }
  | { kind: 'stall'; afterFrames: number }
  | { kind: 'stream-error'; afterFrames: number; statusCode?: number; error?: object; event?: boolean }
  | { kind: 'usage-chunk' }
  | { kind: 'no-done' }
) & {
  match?: { path: string };
  /** How many requests take it; once, if nothing is said. */
  times?: number | 'always';
};

/** A request as the upstream received it. */
export interface UpstreamRequest {
  readonly method: string;
  /** The target, with its query. */
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly status: number;
  readonly aborted: boolean;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests reach into bodies of any shape
  readonly body: any;
}

/** The control endpoints of the running sandbox. */
export class Sandbox {
  private readonly control: string;

  constructor(origin: string) {
    this.control = `${origin}/__sandbox`;
  }

  /** Forgets faults and recorded requests. */
  async reset(): Promise<void> {
    await this.call('DELETE', 'faults');
    await this.call('DELETE', 'requests');
  }

  async fault(...faults: Fault[]): Promise<void> {
    await this.call('POST', 'faults', faults);
  }

  /** What the upstream received, in order; on one path, if one is given. */
  async requests(path?: string): Promise<UpstreamRequest[]> {
    const all = (await this.call('GET', 'requests')) as UpstreamRequest[];
    return path === undefined ? all : all.filter((request) => request.url.split('?')[0] === path);
  }

  /** Resolves once the gateway has given up a request, on the path if one is given; fails if it does not in time. */
  async untilAborted(path: string | undefined, withinMs: number): Promise<void> {
    const deadline = Date.now() + withinMs;
    while (!(await this.requests(path)).some((request) => request.aborted)) {
      assert.ok(Date.now() < deadline, `no request on ${path ?? 'any path'} was aborted within ${withinMs} ms`);
      await delay(POLL_MS);
    }
  }

  private async call(method: string, what: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.control}/${what}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${what}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}
