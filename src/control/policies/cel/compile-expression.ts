import { ParseError, type ParseResult, TypeError as CelTypeError } from '@marcbachmann/cel-js';
import { ENVIRONMENT, MAX_EXPRESSION } from './environment.js';
import { costOf } from './expression-cost.js';
import { ExpressionProblem } from './expression-problem.js';
import { restrict, type Uses } from './expression-rules.js';
import type { CelContext } from './facts-context.js';
import { loadPatterns } from './linear-patterns.js';

/** An expression that is known to be a condition, and to end soon. */
export interface CompiledExpression extends Uses {
  /** The most steps that it can take, of about 50 ns each. */
  readonly cost: number;
  /** @throws EvaluationError such as a division by zero */
  evaluate(context: CelContext): boolean;
}

/** What is wrong with an expression, and where. */
export interface ExpressionError {
  readonly message: string;
  /** All from 0 (offset) and 1 (line, column). */
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

export type Compilation =
  | { readonly expression: CompiledExpression; readonly error?: undefined }
  | { readonly expression?: undefined; readonly error: ExpressionError };

/** Checks and compiles an expression. What it cannot take is an answer, not an exception. */
export async function compileExpression(text: string): Promise<Compilation> {
  if (text.includes('matches')) await loadPatterns();
  try {
    return { expression: compile(text) };
  } catch (error) {
    return { error: describe(error, text) };
  }
}

function compile(text: string): CompiledExpression {
  if (text.length > MAX_EXPRESSION) {
    throw new ExpressionProblem(`an expression has at most ${MAX_EXPRESSION} characters`, MAX_EXPRESSION);
  }
  if (text.trim() === '') throw new ExpressionProblem("the expression is empty; 'true' matches every request", 0);
  const written = ENVIRONMENT.parse(text);
  assertCondition(written);
  const program = ENVIRONMENT.parse(text);
  const uses = restrict(program.ast);
  const cost = costOf(written.ast, text.length);
  assertCondition(program);
  return { ...uses, cost, evaluate: (context) => withoutStacks(() => program(context) === true) };
}

/**
 * An error of an expression names its place in the expression, and nobody reads where in cel-js it was made. Without its
 * stack it costs 6 µs instead of 20, and an expression can make one in each round of a loop.
 */
function withoutStacks(evaluate: () => boolean): boolean {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return evaluate();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function assertCondition(parsed: ParseResult): void {
  const { valid, type, error } = parsed.check();
  if (!valid) throw error ?? new ExpressionProblem('not a valid expression', 0);
  if (type !== 'bool') throw new ExpressionProblem(`a condition is of type bool, and this is of type ${type}`, 0);
}

/** Hints for what people who write their first rules run into. */
const HINTS: ReadonlyArray<readonly [RegExp, string]> = [
  [/double (==|!=) int/, ' Write decimals beside decimals: budget_used == 80.0.'],
  [/double [-+*/] int|int [-+*/] double/, ' Convert one of them: double(input_tokens).'],
  [/== null|!= null|null ==|null !=/, ' What is not there is an empty text: team.id == "".'],
  [/Exceeded maxMapEntries/, ' Maps cannot be written in policies.'],
];

function describe(error: unknown, text: string): ExpressionError {
  const { message, offset } = reasonOf(error);
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const hint = HINTS.find(([about]) => about.test(message))?.[1] ?? '';
  return { message: `${message}${hint && `.${hint}`}`, offset, line, column: offset - before.lastIndexOf('\n') };
}

function reasonOf(error: unknown): { message: string; offset: number } {
  if (error instanceof ExpressionProblem) return { message: error.message, offset: error.offset };
  if (error instanceof ParseError || error instanceof CelTypeError) {
    return { message: error.summary, offset: error.range?.start ?? 0 };
  }
  // cel-js recurses, and so do we: what nests too deep for the stack is too deep for a rule.
  if (error instanceof RangeError) return { message: 'the expression nests too deep', offset: 0 };
  // A literal that it cannot read, such as a number that is too large, is a plain error of cel-js.
  return { message: error instanceof Error ? error.message : String(error), offset: 0 };
}
