import type { ASTNode } from '@marcbachmann/cel-js';
import { MACROS } from './functions.js';

/** A function or method that an expression calls. */
export interface FunctionCall {
  readonly name: string;
  readonly receiver: ASTNode | undefined;
  readonly args: readonly ASTNode[];
}

/** `f(x)` or `x.f()`. */
export type CallNode = Extract<ASTNode, { op: 'call' | 'rcall' }>;

export function isCall(node: ASTNode): node is CallNode {
  return node.op === 'call' || node.op === 'rcall';
}

export function callOf(node: CallNode): FunctionCall {
  if (node.op === 'call') return { name: node.args[0], receiver: undefined, args: node.args[1] };
  return { name: node.args[0], receiver: node.args[1], args: node.args[2] };
}

/** A macro that binds a name for the expressions in its arguments. */
export interface Binding {
  readonly variable: ASTNode;
  readonly name: string;
  /** What the name runs through, or stands for. */
  readonly source: ASTNode;
  readonly bodies: readonly ASTNode[];
  readonly kind: 'each' | 'bind';
}

export function bindingOf({ name, receiver, args }: FunctionCall): Binding | undefined {
  const [variable, second, ...rest] = args;
  if (!receiver || !variable || !second || variable.op !== 'id') return undefined;
  if (MACROS.has(name)) {
    return { variable, name: variable.args, source: receiver, bodies: [second, ...rest], kind: 'each' };
  }
  if (isBind(name, receiver)) return { variable, name: variable.args, source: second, bodies: rest, kind: 'bind' };
  return undefined;
}

export function isBind(name: string, receiver: ASTNode | undefined): boolean {
  return name === 'bind' && receiver?.op === 'id' && receiver.args === 'cel';
}

/** The nodes directly below one; of a macro also the name that it binds. */
export function childrenOf(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case 'call':
      return node.args[1];
    case 'rcall':
      return [node.args[1], ...node.args[2]];
    case 'value':
    case 'id':
    case 'map':
      return [];
    case '.':
    case '.?':
      return [node.args[0]];
    case '!_':
    case '-_':
      return [node.args];
    default:
      return node.args;
  }
}

/** The text of a literal, or undefined for anything else. */
export function literalText(node: ASTNode | undefined): string | undefined {
  return node?.op === 'value' && typeof node.args === 'string' ? node.args : undefined;
}
