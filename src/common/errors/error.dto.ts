/** What went wrong, in OpenAI's form. */
export class ErrorDetailDto {
  /** What is wrong and how to mend it. */
  message: string;

  /**
   * Kind of the error.
   * @example invalid_request_error
   */
  type: string;

  /** Path of the request's field that is wrong, if it is one field. */
  param: string | null;

  /**
   * Code of the error, for programs.
   * @example invalid_type
   */
  code: string | null;
}

/** Body of every error. The fields stand a second time beside `error`, for clients that read Cerebras' flat form. */
export class ErrorDto {
  error: ErrorDetailDto;

  /** Same as `error.message`. */
  message?: string;

  /** Same as `error.type`. */
  type?: string;

  /** Same as `error.param`; empty when that is null. */
  param?: string;

  /** Same as `error.code`; empty when that is null. */
  code?: string;
}
