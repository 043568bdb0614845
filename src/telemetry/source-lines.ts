import { readFileSync, realpathSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';

/** How long a map stays in memory after its first use, in milliseconds: errors come in swarms. */
const KEPT_MS = 60_000;
/** As V8 writes a place in an ES module. */
const PLACE = /(file:\/\/[^\s()]+\.js):(\d+):(\d+)/g;

/**
 * Says of stack traces which lines of src/ they mean. Node can do it too (`--enable-source-maps`), but keeps the maps for
 * ever, 9 MB of them, and does it for each error whose stack somebody touches; its own streams do when a client leaves.
 */
export class SourceLines {
  private readonly base: string;
  private readonly maps = new Map<string, SourceMap | undefined>();

  /** @param folder where the built files and their maps are; nothing outside is read */
  constructor(folder: string) {
    this.base = `${pathToFileURL(folder).href}/`;
  }

  /** The text with the places of built files as those of their sources; what has no map stays as it is. */
  in(text: string): string {
    if (!text.includes(this.base)) return text;
    return text.replace(PLACE, (place: string, url: string, line: string, column: string) => {
      // As the URL is read, so that no `..` leads out of the folder.
      const href = URL.parse(url)?.href;
      if (!href?.startsWith(this.base)) return place;
      const entry = this.mapOf(href)?.findEntry(Number(line) - 1, Number(column) - 1);
      if (!entry || !('originalSource' in entry)) return place;
      return `${new URL(entry.originalSource, href).href}:${entry.originalLine + 1}`;
    });
  }

  private mapOf(url: string): SourceMap | undefined {
    if (this.maps.size === 0) setTimeout(() => this.maps.clear(), KEPT_MS).unref();
    if (!this.maps.has(url)) this.maps.set(url, read(url));
    return this.maps.get(url);
  }
}

function read(url: string): SourceMap | undefined {
  try {
    const map: SourceMapPayload = JSON.parse(readFileSync(new URL(`${url}.map`), 'utf8'));
    return new SourceMap(map);
  } catch {
    // An error is being told: what is wrong with the map must not hide it.
    return undefined;
  }
}

let ours: SourceLines | undefined;

/** The stack of an error, or a text with one, in lines of src/. */
export function withSourceLines(text: string): string {
  ours ??= new SourceLines(folderOfProgram());
  return ours.in(text);
}

/** The program's own name may have no file: `node dist/main` runs dist/main.js. */
function folderOfProgram(): string {
  const folder = dirname(process.argv[1] ?? '.');
  try {
    // As V8 names the modules in it.
    return realpathSync(folder);
  } catch {
    return folder;
  }
}
