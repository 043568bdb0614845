import './node-version.js';
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { SettingsError } from './config/file/settings-error.js';
import { loadSettings } from './config/file/settings-loader.js';
import { schemaText } from './config/file/schema/settings.schema.js';
import { declaredPolicyProblems } from './control/policies/declared-policies.js';

/** Checks a configuration file as the gateway would at its start, or with `--schema` writes the schema of such files. */
const { values, positionals } = parseArgs({ options: { schema: { type: 'boolean' } }, allowPositionals: true });
const [file = 'asbru.yaml'] = positionals;

if (values.schema) process.stdout.write(schemaText());
else await check(file);

async function check(path: string): Promise<void> {
  // The gateway reads it too, so the same variables are set.
  if (existsSync('.env')) process.loadEnvFile('.env');
  try {
    const { version, governance } = await loadSettings(path);
    const problems = governance ? await declaredPolicyProblems(governance) : [];
    for (const problem of problems) console.error(`  ${path} ${problem.path}: ${problem.message}`);
    if (problems.length > 0) process.exitCode = 1;
    else console.log(`OK ${path} ${version}`);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
