import { readFileSync } from 'node:fs';
import { ConfigError } from '../../../config/config-error.js';
import { readYaml } from '../../../config/file/yaml-reader.js';
import { type ReadDocument, readPriceDocument } from './price-document.reader.js';

/** How many mistakes are told at once. */
const SHOWN = 20;

/**
 * Reads an operator's price file: JSON of the form that the book is exported in (YAML is understood as well).
 * @throws ConfigError that names the line and the field of each mistake
 */
export function readPriceFile(path: string): ReadDocument {
  const content = readYaml(read(path));
  if (content.problems.length > 0) throw wrong(path, content.problems);
  const document = readPriceDocument(content.data, 'file');
  if (document.problems.length === 0) return document;
  throw wrong(
    path,
    document.problems.map(({ pointer, message }) =>
      content.sourceMap.locate({ pointer, message, onKey: message === 'unknown field' }),
    ),
  );
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`Asbru cannot start: the price file of ASBRU_PRICE_FILE cannot be read: ${reason}`);
  }
}

interface FileProblem {
  readonly line: number;
  readonly path: string;
  readonly message: string;
}

function wrong(file: string, problems: readonly FileProblem[]): ConfigError {
  const lines = problems
    .toSorted((a, b) => a.line - b.line)
    .slice(0, SHOWN)
    .map(({ line, path, message }) => `  ${file}:${line}: ${path === '' ? '' : `${path}: `}${message}`);
  if (problems.length > SHOWN) lines.push(`  and ${problems.length - SHOWN} more`);
  return new ConfigError(`Asbru cannot start with this price file (ASBRU_PRICE_FILE):\n${lines.join('\n')}`);
}
