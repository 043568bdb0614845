import { existsSync } from 'node:fs';
import { type AppConfig, validateConfig } from './app.config.js';

const FILE = '.env';

/**
 * The settings, before there is an application; what the environment has already wins over the file.
 * @throws ConfigError that names each wrong setting and how to mend it
 */
export function readEnvironment(): AppConfig {
  if (existsSync(FILE)) process.loadEnvFile(FILE);
  return validateConfig(process.env);
}
