import { join } from 'node:path';
import { freePort, listens, startChild, stopChild, until } from '../harness/children.js';
import { CHAT_PATH, MODEL, type Target } from './target.js';

const PROGRAM = join(import.meta.dirname, '../bare-proxy/proxy.mjs');

/** The least that a proxy in Node can do: `node:http` in, undici out, bytes piped. */
export const bare: Target = {
  name: 'bare',
  title: 'Bare Node proxy',
  missing: () => undefined,
  async start({ upstreamPort, core, folder }) {
    const port = await freePort();
    const env = {
      PORT: String(port),
      UPSTREAM: `http://127.0.0.1:${upstreamPort}`,
      WORKERS: core === undefined ? '2' : '1',
    };
    const child = startChild(process.execPath, [PROGRAM], { env, core, log: join(folder, 'bare.log') });
    await until('the bare proxy', () => listens(port), { child });
    return {
      port,
      pid: child.pid,
      path: CHAT_PATH,
      model: MODEL,
      headers: {},
      keys: [],
      stop: () => stopChild(child),
    };
  },
};
