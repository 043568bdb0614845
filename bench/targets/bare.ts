import { join } from 'node:path';
import { freePort, listens, startChild, stopChild, until } from '../harness/children.js';
import { CHAT_PATH, MODEL, NODE_FLAGS, type Target } from './target.js';

/** With Asbru's flags of Node, so that the difference between the two is not theirs. */
const NODE_ARGS = [...NODE_FLAGS, join(import.meta.dirname, '../bare-proxy/proxy.mjs')];

/** The least that a proxy in Node can do: `node:http` in, undici out, bytes piped. */
export const bare = bareProxy('bare', 'Bare Node proxy', false);
/** The same, reading each request as JSON and writing it anew. */
export const bareJson = bareProxy('bare-json', 'Bare Node proxy that parses', true);

function bareProxy(name: string, title: string, parses: boolean): Target {
  return {
    name,
    title,
    missing: () => undefined,
    async start({ upstreamPort, core, folder }) {
      const port = await freePort();
      const env = {
        PORT: String(port),
        UPSTREAM: `http://127.0.0.1:${upstreamPort}`,
        WORKERS: core === undefined ? '2' : '1',
        PARSES: parses ? '1' : '0',
      };
      const child = startChild(process.execPath, NODE_ARGS, { env, core, log: join(folder, `${name}.log`) });
      const readyMs = await until(`the proxy '${name}'`, () => listens(port), { child });
      return {
        port,
        pid: child.pid,
        path: CHAT_PATH,
        model: MODEL,
        headers: {},
        keys: [],
        readyMs,
        stop: () => stopChild(child),
      };
    },
  };
}
