import type { ASTNode } from '@marcbachmann/cel-js';

/** Why an expression is not taken, and where. */
export class ExpressionProblem extends Error {
  constructor(
    message: string,
    /** Index of the first character that is wrong. */
    readonly offset: number,
  ) {
    super(message);
  }

  static at(node: ASTNode, message: string): ExpressionProblem {
    return new ExpressionProblem(message, node.start);
  }
}
