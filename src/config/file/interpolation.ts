import { below, type Pointer } from './json-pointer.js';
import { isRecord } from '../../common/json/is-record.js';
import type { LocatedProblem } from './source-map.js';

/** The environment as `process.env` has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Content whose texts are filled in. */
export interface Interpolated {
  readonly data: unknown;
  readonly problems: readonly LocatedProblem[];
  /** Places whose text came from the environment: it may be secret, so no message quotes it. */
  readonly filled: ReadonlySet<Pointer>;
  /** Places that hold one variable and nothing else, no default either: nothing of their text stands in the file. */
  readonly variables: ReadonlySet<Pointer>;
}

/** `$${` is a plain `${`; else the braces hold a name and perhaps `:-` and a default. */
const PLACEHOLDER = /\$\$\{|\$\{([^}]*)(\}?)/g;
const ONE_VARIABLE = /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/;
const NAME_AND_DEFAULT = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

/** Fills `${NAME}` and `${NAME:-default}` in all texts of the content; what is filled in is not looked at again. */
export function interpolate(data: unknown, env: Environment): Interpolated {
  const problems: LocatedProblem[] = [];
  const filled = new Set<Pointer>();
  const variables = new Set<Pointer>();
  const walk = (value: unknown, pointer: Pointer): unknown => {
    if (typeof value === 'string') {
      if (ONE_VARIABLE.test(value)) variables.add(pointer);
      return fill(value, pointer);
    }
    if (Array.isArray(value)) return value.map((item, index) => walk(item, below(pointer, index)));
    if (!isRecord(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, below(pointer, key))]));
  };
  const fill = (text: string, pointer: Pointer): string =>
    text.replace(PLACEHOLDER, (whole: string, inside: string | undefined, end: string | undefined) => {
      if (inside === undefined) return '${';
      filled.add(pointer);
      const result = end === '' ? { problem: UNCLOSED } : lookUp(inside, env);
      if ('problem' in result) problems.push({ pointer, message: result.problem });
      return 'text' in result ? result.text : whole;
    });
  return { data: walk(data, ''), problems, filled, variables };
}

const UNCLOSED = "'${' is not closed: add '}', or write '$${' for the characters themselves";

function lookUp(inside: string, env: Environment): { text: string } | { problem: string } {
  const [, name, byDefault] = NAME_AND_DEFAULT.exec(inside) ?? [];
  if (name === undefined) {
    return {
      problem: "between '${' and '}' only NAME or NAME:-default may stand; write '$${' for the characters themselves",
    };
  }
  // Compose files pass unset variables as empty strings.
  const text = env[name] || byDefault;
  if (text !== undefined) return { text };
  return { problem: `the environment variable ${name} is not set: set it, or write \${${name}:-default}` };
}
