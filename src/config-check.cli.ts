import './node-version.js';
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { validateConfig } from './config/app.config.js';
import type { GatewaySettings } from './config/file/gateway-settings.types.js';
import { SettingsError } from './config/file/settings-error.js';
import { loadSettings } from './config/file/settings-loader.js';
import { schemaText } from './config/file/schema/settings.schema.js';
import { printDifference } from './control/declared/difference-command.js';
import { declaredPolicyProblems } from './control/policies/declared-policies.port.js';

/**
 * Checks a configuration file as the gateway would at its start. With `--diff` it also compares the section
 * `governance` with the database of DATABASE_URL, and changes nothing: it exits with 0 for no difference, 2 for some, and
 * 1 when it cannot tell. With `--schema` it writes the schema of such files.
 */
const DEADLINE_MS = 30_000;
const { values, positionals } = parseArgs({
  options: { schema: { type: 'boolean' }, diff: { type: 'boolean' }, json: { type: 'boolean' } },
  allowPositionals: true,
});

if (values.schema) process.stdout.write(schemaText());
else {
  // The gateway reads it too, so the same variables are set.
  if (existsSync('.env')) process.loadEnvFile('.env');
  const [file = process.env['ASBRU_CONFIG'] || 'asbru.yaml'] = positionals;
  const settings = await check(file);
  if (!settings) process.exitCode = 1;
  else if (values.diff) process.exitCode = await diff(settings);
  else console.log(`OK ${file} ${settings.version}`);
}

async function check(path: string): Promise<GatewaySettings | undefined> {
  try {
    const settings = await loadSettings(path);
    const problems = settings.governance ? await declaredPolicyProblems(settings.governance) : [];
    for (const problem of problems) console.error(`  ${path} ${problem.path}: ${problem.message}`);
    return problems.length > 0 ? undefined : settings;
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    console.error(error.message);
    return undefined;
  }
}

async function diff(settings: GatewaySettings): Promise<number> {
  // A connection that is half open answers nothing, ever.
  const expiry = setTimeout(() => {
    console.error(`The database did not answer within ${DEADLINE_MS / 1_000} s.`);
    process.exit(1);
  }, DEADLINE_MS);
  try {
    const config = validateConfig({ ...process.env });
    return await printDifference(settings, config, values.json === true, (text) => process.stdout.write(text));
  } catch (error) {
    // A database that is away or a name that is taken: a stack trace would only hide the reason.
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    clearTimeout(expiry);
  }
}
