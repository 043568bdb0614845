import type { RE2JS } from 're2js';

type Engine = typeof RE2JS;

/** Longest pattern in characters, and largest program that one may become. */
const MAX_PATTERN = 256;
const MAX_PROGRAM = 600;

/** A pattern that cannot be used, in words for whoever wrote it. */
export class PatternProblem extends Error {}

let engine: Engine | undefined;
const compiled = new Map<string, RE2JS>();

/** Loads the engine of regular expressions, once. It costs 10 ms and 2 MB, which only installations that use it pay. */
export async function loadPatterns(): Promise<void> {
  engine ??= (await import('re2js')).RE2JS;
}

/**
 * Compiles a pattern, and keeps it for as long as the process lives: a pattern is part of a stored rule, never of a
 * request, so that there are as many as rules were written.
 * @returns the size of its program, which bounds the cost of a match
 * @throws PatternProblem
 */
export function preparePattern(pattern: string): number {
  const known = compiled.get(pattern);
  if (known) return known.programSize();
  if (!engine) throw new PatternProblem('regular expressions are not loaded');
  if (pattern.length > MAX_PATTERN) throw new PatternProblem(`a pattern has at most ${MAX_PATTERN} characters`);
  const program = compile(engine, pattern);
  const size = program.programSize();
  if (size > MAX_PROGRAM) throw new PatternProblem('the pattern is too large: use fewer or smaller repetitions');
  remember(pattern, program);
  return size;
}

/** Whether a text has a part that matches a prepared pattern, in time that is linear in the text. */
export function matchesLinear(text: string, pattern: string): boolean {
  let program = compiled.get(pattern);
  if (!program) {
    preparePattern(pattern);
    program = compiled.get(pattern);
  }
  return program?.test(text) === true;
}

function compile(re2: Engine, pattern: string): RE2JS {
  try {
    return re2.compile(pattern);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PatternProblem(`not a regular expression of RE2: ${reason.replace(/^error parsing regexp: /, '')}`);
  }
}

/** Checks of expressions that are never stored leave patterns behind: the oldest goes, and is compiled again if it is needed. */
const KEPT = 2_000;
function remember(pattern: string, program: RE2JS): void {
  if (compiled.size >= KEPT) {
    const [oldest] = compiled.keys();
    if (oldest !== undefined) compiled.delete(oldest);
  }
  compiled.set(pattern, program);
}
