import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SourceLines, withSourceLines } from './source-lines.js';

describe('Lines of sources in stack traces', () => {
  let folder: string;
  let base: string;
  let lines: SourceLines;

  const write = (file: string, map: unknown): void =>
    writeFileSync(join(folder, 'dist', `${file}.map`), JSON.stringify(map));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'asbru-lines-'));
    mkdirSync(join(folder, 'dist/chunks'), { recursive: true });
    base = pathToFileURL(folder).href;
    lines = new SourceLines(join(folder, 'dist'));
    // Line 1 of the file is line 5 of the source, line 3 is line 6.
    const sources = ['../../src/chat.ts'];
    write('chunks/serve-a_B1.js', { version: 3, sources, names: [], mappings: 'AAIA;;AACA' });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are those of the maps beside the built files', () => {
    const stack = `Error: x\n    at answer (${base}/dist/chunks/serve-a_B1.js:3:7)\n    at ${base}/dist/chunks/serve-a_B1.js:1:1`;
    expect(lines.in(stack)).toBe(`Error: x\n    at answer (${base}/src/chat.ts:6)\n    at ${base}/src/chat.ts:5`);
  });

  it('are found from the name of the program, which need not be a file', () => {
    const [node = '', program = ''] = process.argv;
    process.argv = [node, join(folder, 'dist/main')];
    try {
      expect(withSourceLines(`at ${base}/dist/chunks/serve-a_B1.js:1:1`)).toBe(`at ${base}/src/chat.ts:5`);
    } finally {
      process.argv = [node, program];
    }
  });

  it.each([
    ['a file without a map', 'dist/other.js:1:1'],
    ['a file of a package', 'node_modules/x/dist/chunks/serve-a_B1.js:1:1'],
    ['a way out of the folder', 'dist/../other/chunks/serve-a_B1.js:1:1'],
    ['what is no address', 'dist/x\u0000y.js:1:1'],
    ['a line before all sources', 'dist/chunks/empty.js:1:1'],
    ['a map that is broken', 'dist/chunks/broken.js:1:1'],
  ])('leave %s as it is', (_, place) => {
    write('chunks/empty.js', { version: 3, sources: [], names: [], mappings: '' });
    writeFileSync(join(folder, 'dist/chunks/broken.js.map'), '{');
    expect(lines.in(`at ${base}/${place}`)).toBe(`at ${base}/${place}`);
  });
});
