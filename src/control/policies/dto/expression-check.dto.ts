/** What is wrong with an expression, and where. */
export class ExpressionErrorDto {
  message: string;

  /** From 1. */
  line: number;

  /** From 1. */
  column: number;

  /** From 0. */
  offset: number;
}

/** Something that expressions may look at. */
export class ExpressionVariableDto {
  name: string;

  /** In CEL's words. */
  type: string;

  description: string;
}

/** Something that expressions may call. */
export class ExpressionFunctionDto {
  name: string;

  example: string;

  note: string;
}

/** What an expression is, with all that one may use. */
export class ExpressionCheckDto {
  /** @example policy.check */
  object: string;

  valid: boolean;

  error: ExpressionErrorDto | null;

  /** The variables that it looks at. */
  variables_used: string[];

  /** The headers that it looks at. */
  headers_used: string[];

  /** The most steps that it can take, of about 50 ns; null when it is not valid. */
  cost: number | null;

  variables: ExpressionVariableDto[];

  functions: ExpressionFunctionDto[];
}
