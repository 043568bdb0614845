import { ValidateBy } from 'class-validator';

export type DatabaseEngine = 'sqlite' | 'postgresql';

/** Where the database is: a file (or memory) of SQLite, or a server. */
export type DatabaseAddress =
  | { readonly engine: 'sqlite'; readonly path: string }
  | { readonly engine: 'postgresql'; readonly url: string; readonly name: string };

const SQLITE = /^sqlite:(?:\/\/(?=\/))?(.+)$/;
const MEMORY = ':memory:';

/** A file in the working directory. */
export const DEFAULT_DATABASE_URL = 'sqlite:./data/asbru.db';

/**
 * Reads `sqlite:./data/asbru.db`, `sqlite:///var/lib/asbru.db`, `sqlite::memory:` or a URL of PostgreSQL; undefined
 * when it is none of them.
 */
export function readDatabaseUrl(text: string): DatabaseAddress | undefined {
  const path = SQLITE.exec(text)?.[1];
  if (path !== undefined) return path.startsWith('//') ? undefined : { engine: 'sqlite', path };
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const name = url.pathname.slice(1);
  if (!/^postgres(ql)?:$/.test(url.protocol) || name === '') return undefined;
  return { engine: 'postgresql', url: text, name: decodeURIComponent(name) };
}

/** The rule of a setting that names a database. */
export function IsDatabaseUrl(): PropertyDecorator {
  return ValidateBy({
    name: 'isDatabaseUrl',
    validator: {
      validate: (value) => typeof value === 'string' && readDatabaseUrl(value) !== undefined,
      defaultMessage: () =>
        '$property must be sqlite:<path>, sqlite::memory: or postgres://user:password@host/database',
    },
  });
}

/** Whether the database is gone with the process, and belongs to one connection. */
export function isInMemory(address: DatabaseAddress): boolean {
  return address.engine === 'sqlite' && address.path === MEMORY;
}
