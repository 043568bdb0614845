import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readWorkerIdentity } from './common/workers/worker-identity.js';
import { AppConfig } from './config/app.config.js';
import { GatewaySettingsStore } from './config/file/settings.port.js';
import { SetupAnnouncer } from './control/auth/setup/setup-announcer.js';
import { AppLogger } from './telemetry/logger.js';

const SANDBOX_BANNER = `
┌──────────────────────────────────────────────────────────────────────────┐
│  SANDBOX: no CEREBRAS_API_KEY is set, so a built-in simulator answers.   │
│  Its text is made up. Every answer has the header x-asbru-sandbox: true. │
│  Set CEREBRAS_API_KEY to reach Cerebras.                                 │
└──────────────────────────────────────────────────────────────────────────┘
`;

/** Listens, and says where and with which upstream; of several workers the first says it. */
export async function announce(app: NestFastifyApplication): Promise<void> {
  const config = app.get(AppConfig);
  const logger = app.get(AppLogger);
  await app.listen({ port: config.PORT, host: config.host });
  if (readWorkerIdentity(process.argv)?.isFirst === false) return logger.pino.info('the worker is listening');
  if (config.usesSandbox && logger.pino.isLevelEnabled('warn')) process.stderr.write(SANDBOX_BANNER);
  const url = await app.getUrl();
  await app.get(SetupAnnouncer).announce((text) => void process.stderr.write(text), url);
  const { source, version, providers, aliases } = app.get(GatewaySettingsStore).current;
  const upstreams = Object.values(providers).map(({ name, sandbox }) => (sandbox ? `${name} (sandbox)` : name));
  const renamed = [...Object.keys(aliases.exact), ...aliases.patterns.map(({ pattern }) => pattern)];
  if (config.usesSandbox && renamed.length > 0) {
    logger.pino.warn({ models: renamed }, 'The sandbox answers for these models too: x-asbru-model says which one did');
  }
  logger.pino.info({ url, upstreams, config: source, version }, 'Asbru is listening');
}
