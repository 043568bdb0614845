import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, isReady, startChild, stopChild, until } from '../harness/children.js';
import { CACHE } from '../harness/native.js';
import { CHAT_PATH, MODEL, type Target } from './target.js';

/** What `npm run bench:peers` installs. */
export const PORTKEY_VERSION = '1.15.2';
export const PORTKEY_FOLDER = join(CACHE, `portkey-${PORTKEY_VERSION}`);
const SERVER = join(PORTKEY_FOLDER, 'node_modules/@portkey-ai/gateway/build/start-server.js');

/** Portkey's open-source gateway, which has neither keys nor budgets nor a ledger. */
export const portkey: Target = {
  name: 'portkey',
  isPeer: true,
  title: `Portkey ${PORTKEY_VERSION}`,
  missing: () => (existsSync(SERVER) ? undefined : 'it is not installed: npm run bench:peers'),
  async start({ upstreamPort, core, folder }) {
    const port = await freePort();
    // It sends to addresses of the own machine only when it is told to trust them.
    const env = { NODE_ENV: 'production', TRUSTED_CUSTOM_HOSTS: '127.0.0.1' };
    const child = startChild(process.execPath, [SERVER, '--headless', `--port=${port}`], {
      env,
      core,
      cwd: folder,
      log: join(folder, 'portkey.log'),
    });
    const readyMs = await until('Portkey', () => isReady(`http://127.0.0.1:${port}/`), { child });
    return {
      port,
      pid: child.pid,
      path: CHAT_PATH,
      model: MODEL,
      headers: {
        authorization: 'Bearer sk-bench',
        'x-portkey-provider': 'openai',
        'x-portkey-custom-host': `http://127.0.0.1:${upstreamPort}/v1`,
      },
      keys: [],
      readyMs,
      stop: () => stopChild(child),
    };
  },
};
