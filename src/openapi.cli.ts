import './node-version.js';
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { AppModule } from './app.module.js';
import { createApp } from './bootstrap.js';
import { openApiDocument } from './openapi.js';

/** Writes the API's description to a file, or with `--check` fails when the file is not up to date. */
const { values, positionals } = parseArgs({ options: { check: { type: 'boolean' } }, allowPositionals: true });
const [file = 'openapi.json'] = positionals;

process.env.ASBRU_LOG_LEVEL = 'warn';
const app = await createApp(AppModule);
const text = `${JSON.stringify(openApiDocument(app), null, 2)}\n`;
await app.close();

if (!values.check) {
  await writeFile(file, text);
  console.log(`Wrote ${file}`);
} else if ((await readFile(file, 'utf8')) === text) {
  console.log(`${file} is up to date`);
} else {
  console.error(`${file} does not fit the code. Run "npm run openapi" and commit the result.`);
  process.exitCode = 1;
}
