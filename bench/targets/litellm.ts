import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, isReady, startChild, stopChild, until } from '../harness/children.js';
import { CACHE } from '../harness/native.js';
import { CHAT_PATH, MODEL, type Target } from './target.js';

/** What `npm run bench:peers` installs. */
export const LITELLM_VERSION = '1.105.0';
export const LITELLM_FOLDER = join(CACHE, `litellm-${LITELLM_VERSION}`);
const PROGRAM = join(LITELLM_FOLDER, 'bin/litellm');
const MASTER_KEY = 'sk-bench-master';
const START_LIMIT_MS = 120_000;

/** LiteLLM's proxy with one master key, and without a database: no budgets, limits or spend. */
export const litellm: Target = {
  name: 'litellm',
  isPeer: true,
  title: `LiteLLM ${LITELLM_VERSION}`,
  missing: () => (existsSync(PROGRAM) ? undefined : 'it is not installed: npm run bench:peers'),
  async start({ upstreamPort, core, folder }) {
    const port = await freePort();
    const file = join(folder, 'config.yaml');
    writeFileSync(file, configuration(upstreamPort));
    const workers = core === undefined ? '2' : '1';
    const args = ['--config', file, '--host', '127.0.0.1', '--port', String(port), '--num_workers', workers];
    const env = { LITELLM_MODE: 'PRODUCTION', LITELLM_LOG: 'ERROR', LITELLM_LOCAL_MODEL_COST_MAP: 'True' };
    const child = startChild(PROGRAM, [...args, '--telemetry', 'False'], {
      env,
      core,
      cwd: folder,
      log: join(folder, 'litellm.log'),
    });
    const wait = { child, limitMs: START_LIMIT_MS };
    const readyMs = await until('LiteLLM', () => isReady(`http://127.0.0.1:${port}/health/readiness`), wait);
    return {
      port,
      pid: child.pid,
      path: CHAT_PATH,
      model: MODEL,
      headers: { authorization: `Bearer ${MASTER_KEY}` },
      keys: [],
      readyMs,
      stop: () => stopChild(child),
    };
  },
};

function configuration(upstreamPort: number): string {
  return `
model_list:
  - model_name: ${MODEL}
    litellm_params:
      model: openai/${MODEL}
      api_base: http://127.0.0.1:${upstreamPort}/v1
      api_key: sk-bench
litellm_settings:
  set_verbose: false
  num_retries: 0
  request_timeout: 600
general_settings:
  master_key: ${MASTER_KEY}
`;
}
