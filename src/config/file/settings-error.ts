import { ConfigError } from '../config-error.js';

/** One thing that is wrong in a configuration file, and how to mend it. It never holds a value of the file. */
export interface SettingsProblem {
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1. */
  readonly column: number;
  /** As in `providers.cerebras.keys[0].weight`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

/** More would hide the first ones. */
const MAX_LISTED = 100;

/** A configuration file that cannot be used, with everything that is wrong in it. */
export class SettingsError extends ConfigError {
  constructor(
    readonly file: string,
    readonly problems: readonly SettingsProblem[],
  ) {
    super(describe(file, problems));
  }

  /** A file that could not be read at all. */
  static unreadable(file: string, message: string): SettingsError {
    return new SettingsError(file, [{ line: 1, column: 1, path: '', message }]);
  }
}

function describe(file: string, problems: readonly SettingsProblem[]): string {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const lines = problems.slice(0, MAX_LISTED).map((problem) => {
    const place = `${file}:${problem.line}:${problem.column}`;
    return problem.path === '' ? `  ${place} ${problem.message}` : `  ${place} ${problem.path}: ${problem.message}`;
  });
  if (problems.length > MAX_LISTED) lines.push(`  … and ${problems.length - MAX_LISTED} more`);
  return [`The configuration file ${file} has ${count}:`, ...lines].join('\n');
}
