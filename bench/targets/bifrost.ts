import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, isReady, startChild, stopChild, until } from '../harness/children.js';
import { CHAT_PATH, MODEL, type Target } from './target.js';

/** Its maker hands the program out at an address of his own, and in an image: it is in no package registry. */
const PROGRAM = process.env.ASBRU_BENCH_BIFROST;
const KEY = 'sk-bf-bench-00000000000000000000';
const PLENTY = 1_000_000_000;

/**
 * Bifrost with a virtual key that has a budget and limits, and its log store on. The configuration is written from its
 * documentation; where the program cannot be had it has never been run.
 */
export const bifrost: Target = {
  name: 'bifrost',
  isPeer: true,
  title: 'Bifrost',
  missing: () =>
    PROGRAM !== undefined && existsSync(PROGRAM)
      ? undefined
      : 'bifrost-http is in no package registry: put it somewhere and name it in ASBRU_BENCH_BIFROST',
  async start({ upstreamPort, core, folder }) {
    const port = await freePort();
    writeFileSync(join(folder, 'config.json'), JSON.stringify(configuration(upstreamPort, folder)));
    const args = ['-app-dir', folder, '-host', '127.0.0.1', '-port', String(port), '-log-level', 'error'];
    const env = { GOMAXPROCS: core === undefined ? '2' : '1' };
    const child = startChild(PROGRAM ?? 'bifrost-http', args, { env, core, log: join(folder, 'bifrost.log') });
    const readyMs = await until('Bifrost', () => isReady(`http://127.0.0.1:${port}/health`), { child });
    return {
      port,
      pid: child.pid,
      path: CHAT_PATH,
      model: `openai/${MODEL}`,
      headers: { 'x-bf-vk': KEY },
      keys: [],
      readyMs,
      stop: () => stopChild(child),
    };
  },
};

function configuration(upstreamPort: number, folder: string): object {
  return {
    client: { enable_logging: true, enforce_auth_on_inference: true, drop_excess_requests: false },
    providers: {
      openai: {
        keys: [{ name: 'bench', value: 'sk-bench', models: ['*'], weight: 1 }],
        network_config: {
          base_url: `http://127.0.0.1:${upstreamPort}`,
          max_retries: 0,
          allow_private_network: true,
        },
      },
    },
    governance: {
      budgets: [{ id: 'bench', max_limit: PLENTY, reset_duration: '1M' }],
      rate_limits: [
        {
          id: 'bench',
          request_max_limit: PLENTY,
          request_reset_duration: '1m',
          token_max_limit: PLENTY,
          token_reset_duration: '1m',
        },
      ],
      virtual_keys: [
        {
          id: 'bench',
          name: 'bench',
          value: KEY,
          is_active: true,
          budget_id: 'bench',
          rate_limit_id: 'bench',
          provider_configs: [{ provider: 'openai', weight: 1, allowed_models: ['*'], key_ids: ['*'] }],
        },
      ],
    },
    config_store: { enabled: true, type: 'sqlite', config: { path: join(folder, 'config.db') } },
    logs_store: { enabled: true, type: 'sqlite', config: { path: join(folder, 'logs.db') } },
  };
}
