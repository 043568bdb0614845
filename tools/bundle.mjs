#!/usr/bin/env node
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { rolldown } from 'rolldown';
import { noteBuilt } from './built.mjs';
import { lineMap } from './line-map.mjs';

/**
 * Puts the four thousand modules of the gateway, its own and those of its packages, into a few files: finding, reading
 * and linking so many is more than half of its start, and leaving out what nobody calls makes the process smaller.
 *
 * What `nest build` wrote stays beside it, one file for each source: commands, tools and tests use that. Without this
 * step dist/main.js does the same, and takes longer to start.
 */
const DIST = join(import.meta.dirname, '..', 'dist');

/** What stays where npm put it. */
const OUTSIDE = [
  // They look for files beside their own, or start a thread from one.
  'pino',
  '@fastify/static',
  // Nest finds them by their names too: a copy of each would know nothing of the other's rules.
  'class-validator',
  'class-transformer',
  // Nest and MikroORM can do more when these are installed, and they are not.
  /^@nestjs\/(microservices|websockets|platform-express)(\/|$)/,
  /^@mikro-orm\/(entity-generator|seeder)$/,
  /^@fastify\/(multipart|view)$/,
  'class-transformer/storage',
  'pg-native',
  'tinyglobby',
];

/** Stack traces name the lines of src/. Those of packages they name as they are in the bundle: their map would be 20 MB. */
const mapsOfOurs = {
  name: 'maps-of-ours',
  async load(id) {
    if (!id.startsWith(join(DIST, sep))) return null;
    const [code, map] = await Promise.all([readFile(id, 'utf8'), readFile(`${id}.map`, 'utf8')]);
    return { code, map };
  },
  transform: {
    filter: { id: /[\\/]node_modules[\\/]/ },
    handler: (code) => ({ code, map: { mappings: '' } }),
  },
};

/** The text of a file stays in memory, with two bytes for each character as soon as one is not ASCII. */
const inAscii = (code) =>
  code.replace(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

const bundle = await rolldown({
  input: { main: join(DIST, 'main.js') },
  platform: 'node',
  external: OUTSIDE,
  plugins: [mapsOfOurs],
  // What is missing is to fail here, not at the first call of a customer.
  onLog: (level, log) => {
    if (log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message);
    if (level === 'warn') process.stderr.write(`${log.message}\n`);
  },
});
const { output } = await bundle.generate({
  format: 'esm',
  // Dependency injection, logs and the API's description say the names of classes.
  keepNames: true,
  comments: false,
  sourcemap: true,
  sourcemapExcludeSources: true,
  chunkFileNames: 'chunks/[name]-[hash].js',
});
await bundle.close();

await mkdir(join(DIST, 'chunks'), { recursive: true });
for (const file of output) {
  if (file.type !== 'chunk') continue;
  const hasMap = file.map?.sources.length > 0;
  const code = hasMap ? file.code : file.code.replace(/^\/\/# sourceMappingURL=.*$/m, '');
  await writeFile(join(DIST, file.fileName), inAscii(code));
  if (hasMap) await writeFile(join(DIST, `${file.fileName}.map`), lineMap(file.map.toString(), file.code));
}
await noteBuilt();
