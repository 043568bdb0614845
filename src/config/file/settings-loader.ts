import { open } from 'node:fs/promises';
import { governanceProblems } from './governance/governance-check.js';
import type { GatewaySettings } from './gateway-settings.types.js';
import { type Environment, interpolate } from './interpolation.js';
import { reasonOf } from './read-failure.js';
import { referenceProblems } from './reference-check.js';
import { explainFilled, fitsSchema, schemaProblems } from './schema-check.js';
import { buildSettings } from './settings-builder.js';
import { SettingsError, type SettingsProblem } from './settings-error.js';
import { RawView } from './raw-view.js';
import { readYaml } from './yaml-reader.js';

/** Largest file, in bytes. */
export const MAX_FILE_BYTES = 1024 * 1024;

/**
 * Reads the file's bytes.
 * @throws SettingsError when it is not there, is not a file or is too large
 */
export async function readSettingsFile(file: string): Promise<Buffer> {
  try {
    const handle = await open(file);
    try {
      if (!(await handle.stat()).isFile()) throw SettingsError.unreadable(file, 'is not a file');
      // Read with a cap: the size that `stat` tells may have changed since. `end` is inclusive.
      const chunks: Buffer[] = [];
      for await (const chunk of handle.createReadStream({ end: MAX_FILE_BYTES, autoClose: false })) chunks.push(chunk);
      const content = Buffer.concat(chunks);
      if (content.length > MAX_FILE_BYTES)
        throw SettingsError.unreadable(file, `is larger than ${MAX_FILE_BYTES} bytes`);
      return content;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof SettingsError) throw error;
    throw SettingsError.unreadable(file, `cannot be read: ${reasonOf(error)}`);
  }
}

/**
 * Makes a snapshot of a file's content.
 * @throws SettingsError with everything that is wrong in it
 */
export function parseSettings(content: Uint8Array, file: string, env: Environment): GatewaySettings {
  const yaml = readYaml(decode(content, file));
  if (yaml.data === undefined) throw new SettingsError(file, inOrder(yaml.problems));
  const { data, problems: unfilled, filled, variables } = interpolate(yaml.data, env);
  const wrong = new Set(unfilled.map(({ pointer }) => pointer));
  const governance = governanceProblems(new RawView(data).get('governance'), variables);
  const found = [...schemaProblems(data), ...referenceProblems(data, filled), ...governance]
    // A text that could not be filled in is wrong in this one way.
    .filter(({ pointer }) => !wrong.has(pointer))
    .map((problem) => explainFilled(problem, filled));
  const located = [...unfilled, ...found].map((problem) => yaml.sourceMap.locate(problem));
  const problems = [...yaml.problems, ...located];
  if (problems.length > 0 || !fitsSchema(data)) throw new SettingsError(file, inOrder(problems));
  return buildSettings(data, { source: file });
}

/**
 * Reads and checks a file.
 * @throws SettingsError with everything that is wrong in it
 */
export async function loadSettings(file: string, env: Environment = process.env): Promise<GatewaySettings> {
  return parseSettings(await readSettingsFile(file), file, env);
}

function decode(content: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    throw SettingsError.unreadable(file, 'is not UTF-8 text');
  }
}

/** By place, and each only once: the schema and the checks of references may see the same mistake. */
function inOrder(problems: readonly SettingsProblem[]): SettingsProblem[] {
  const unique = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  return [...unique.values()].toSorted((a, b) => a.line - b.line || a.column - b.column);
}
