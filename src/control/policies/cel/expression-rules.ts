import type { ASTNode } from '@marcbachmann/cel-js';
import { ExpressionProblem } from './expression-problem.js';
import { bindingOf, callOf, childrenOf, type FunctionCall, isBind, isCall, literalText } from './expression-tree.js';
import { FUNCTIONS, REPLACED, replacementOf, TIME_FIELDS } from './functions.js';
import { PatternProblem, preparePattern } from './linear-patterns.js';
import { SENT_HEADERS, VARIABLES } from './variables.js';
import { isTimeZone } from './zoned-time.js';

/** What an expression looks at. */
export interface Uses {
  readonly variables: ReadonlySet<string>;
  /** Lower-case names. */
  readonly headers: ReadonlySet<string>;
}

const NAMES: ReadonlySet<string> = new Set(VARIABLES.map(({ name }) => name));

/**
 * Refuses what type-checks and is still not for rules, and puts our own functions in the place of stock ones. It
 * changes the tree, which must not have been checked before: cel-js keeps what it found.
 * @throws ExpressionProblem
 */
export function restrict(root: ASTNode): Uses {
  const walk = new Walk();
  walk.visit(root, new Set());
  return { variables: walk.variables, headers: walk.headers };
}

class Walk {
  readonly variables = new Set<string>();
  readonly headers = new Set<string>();

  visit(node: ASTNode, bound: ReadonlySet<string>): void {
    if (isCall(node)) this.visitCall(node, callOf(node), bound);
    else if (node.op === 'id') this.visitName(node, node.args, bound);
    else if (!this.visitHeader(node)) this.visitAll(childrenOf(node), bound);
  }

  private visitAll(nodes: readonly ASTNode[], bound: ReadonlySet<string>): void {
    for (const node of nodes) this.visit(node, bound);
  }

  private visitName(node: ASTNode, name: string, bound: ReadonlySet<string>): void {
    if (bound.has(name)) return;
    if (name === 'headers') {
      throw ExpressionProblem.at(
        node,
        'headers are read one by one, with a literal name: headers["x-tier"], "x-tier" in headers',
      );
    }
    if (!NAMES.has(name)) throw ExpressionProblem.at(node, `'${name}' is not available here`);
    this.variables.add(name);
  }

  /** headers["x"], headers.x and "x" in headers; true when it was one of these. */
  private visitHeader(node: ASTNode): boolean {
    if (node.op === '.' && isHeaders(node.args[0])) return this.noteHeader(node.args[1].toLowerCase());
    if (node.op === '[]' && isHeaders(node.args[0])) return this.noteHeader(lowerLiteral(node.args[1], node));
    if (node.op === 'in' && isHeaders(node.args[1])) {
      Object.assign(node.args[1], { args: SENT_HEADERS });
      return this.noteHeader(lowerLiteral(node.args[0], node));
    }
    return false;
  }

  private noteHeader(name: string): boolean {
    this.variables.add('headers');
    this.headers.add(name);
    return true;
  }

  private visitCall(node: ASTNode, call: FunctionCall, bound: ReadonlySet<string>): void {
    if (!FUNCTIONS.has(call.name)) throw ExpressionProblem.at(node, `'${call.name}' is not available in policies`);
    if (call.name === 'has') return this.visitHas(node, call.args[0]);
    const binding = bindingOf(call);
    if (binding) {
      if (NAMES.has(binding.name) || binding.name === SENT_HEADERS || binding.name === 'cel') {
        throw ExpressionProblem.at(binding.variable, `'${binding.name}' is taken: choose another name`);
      }
      this.visit(binding.source, bound);
      return this.visitAll(binding.bodies, new Set([...bound, binding.name]));
    }
    if (isBind(call.name, call.receiver) || call.name === 'bind') throw ExpressionProblem.at(node, 'not a cel.bind');
    if (REPLACED.has(call.name)) replace(node, call);
    this.visitAll(childrenOf(node), bound);
  }

  private visitHas(node: ASTNode, argument: ASTNode | undefined): void {
    if (argument?.op !== '.' || !isHeaders(argument.args[0])) {
      throw ExpressionProblem.at(
        node,
        'has() is for headers: has(headers.authorization). Other fields are always there',
      );
    }
    Object.assign(argument.args[0], { args: SENT_HEADERS });
    this.noteHeader(argument.args[1].toLowerCase());
    lowerField(argument);
  }
}

function isHeaders(node: ASTNode): boolean {
  return node.op === 'id' && node.args === 'headers';
}

/** The literal name of a header, made lower-case in the tree. */
function lowerLiteral(node: ASTNode, whole: ASTNode): string {
  const name = literalText(node);
  if (name === undefined) throw ExpressionProblem.at(whole, 'the name of a header has to be a literal text');
  Object.assign(node, { args: name.toLowerCase() });
  return name.toLowerCase();
}

function lowerField(node: ASTNode): void {
  if (node.op === '.') node.args[1] = node.args[1].toLowerCase();
}

function replace(node: ASTNode, { name, args }: FunctionCall): void {
  if (name === 'matches') checkPattern(node, args[0]);
  if (TIME_FIELDS.has(name) && args[0]) checkZone(args[0]);
  if (node.op === 'rcall') node.args[0] = replacementOf(name);
}

function checkPattern(node: ASTNode, argument: ASTNode | undefined): void {
  const pattern = literalText(argument);
  if (argument === undefined || pattern === undefined) {
    throw ExpressionProblem.at(node, 'the pattern of matches() has to be a literal text');
  }
  try {
    preparePattern(pattern);
  } catch (error) {
    if (error instanceof PatternProblem) throw ExpressionProblem.at(argument, error.message);
    throw error;
  }
}

function checkZone(argument: ASTNode): void {
  const zone = literalText(argument);
  if (zone === undefined) throw ExpressionProblem.at(argument, 'a time zone has to be a literal text');
  if (!isTimeZone(zone))
    throw ExpressionProblem.at(argument, `'${zone}' is no time zone: use one like 'Europe/Berlin'`);
}
