import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Core, startChild } from './children.js';
import { helper } from './native.js';
import type { Gateway } from '../targets/target.js';

/** Who sends when. `closed`: when the answer is there; `open`: at a rate; `hold`: opens streams and reads them. */
export type LoadPlan =
  | { readonly mode: 'closed'; readonly connections: number; readonly seconds: number }
  | { readonly mode: 'open' | 'hold'; readonly connections: number; readonly seconds: number; readonly rate: number };

/** Microseconds. */
export interface Times {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** What bench/native/load.c prints. */
export interface LoadResult {
  readonly requests: number;
  /** Connections that broke, requests that were due and not sent, sent and not answered, streams without an end. */
  readonly failed: number;
  readonly unsent: number;
  readonly unanswered: number;
  readonly cut: number;
  readonly seconds: number;
  readonly events: number;
  readonly bytes: number;
  readonly cpu_seconds: number;
  readonly statuses: Record<string, number>;
  readonly latency: Times | null;
  /** Until the first piece of a stream. */
  readonly first: Times | null;
  /** From when the upstream wrote a piece until it was read. */
  readonly delay: Times | null;
}

export interface LoadOptions {
  readonly plan: LoadPlan;
  readonly body: string;
  readonly folder: string;
  readonly core: Core;
  /** For `hold`: told when all streams have begun. */
  readonly onHeld?: (streams: number) => void;
}

/** Loads a gateway with the native client. */
export async function load(gateway: Gateway, { plan, body, folder, core, onHeld }: LoadOptions): Promise<LoadResult> {
  const { bytes, keyOffset } = requestOf(gateway, body);
  const file = join(folder, 'request.bin');
  writeFileSync(file, bytes);
  const args = [plan.mode, gateway.port, file, plan.seconds, plan.connections, 'rate' in plan ? plan.rate : 0];
  const env: Record<string, string> = keyOffset > 0 ? { KEYS: `${keyFileOf(gateway, folder)},${keyOffset}` } : {};
  const log = join(folder, 'load.log');
  const child = startChild(helper('load'), args.map(String), { core, env, isRead: true, log });
  if (!child.stdout) throw new Error('The load cannot be read');
  child.stdout.on('data', (part: Buffer) => {
    const held = /^held (\d+)/.exec(part.toString())?.[1];
    if (held !== undefined) onHeld?.(Number(held));
  });
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  const line = output.split('\n').find((part) => part.startsWith('{'));
  if (line === undefined) throw new Error(`The load ended with ${child.exitCode}: see ${log}`);
  return JSON.parse(line) as LoadResult;
}

/** Requests that did not go as they should. Streams that are held are let go of before they end. */
export function problemsOf(result: LoadResult, { mode }: LoadPlan): number {
  const bad = Object.entries(result.statuses).reduce((sum, [status, count]) => sum + (status === '200' ? 0 : count), 0);
  return bad + result.failed + result.cut + (mode === 'hold' ? 0 : result.unanswered);
}

function requestOf(gateway: Gateway, body: string): { bytes: Buffer; keyOffset: number } {
  const [key] = gateway.keys;
  const headers = {
    host: `127.0.0.1:${gateway.port}`,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...gateway.headers,
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `POST ${gateway.path} HTTP/1.1\r\n${lines.join('')}\r\n`;
  return { bytes: Buffer.from(head + body), keyOffset: key === undefined ? 0 : head.indexOf(key) };
}

function keyFileOf(gateway: Gateway, folder: string): string {
  const file = join(folder, 'keys.txt');
  writeFileSync(file, gateway.keys.map((key) => `${key}\n`).join(''));
  return file;
}
