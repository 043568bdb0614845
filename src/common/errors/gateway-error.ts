import { ERRORS, type ErrorCode, type ErrorKind, type FaultDomain } from './error-table.js';

export interface GatewayErrorOptions {
  /** Path of the request's field that is wrong, as in `messages[0].content`. */
  param?: string | null;
  /** Answer headers, such as `retry-after`. */
  headers?: Record<string, string>;
  /** Overrides the table's status, for an upstream status that passes through. */
  status?: number;
  /** Overrides the table's `error.type`. */
  type?: string;
  /** Overrides the `error.code` of the answer, where the upstream's own code is more precise or OpenAI has null. */
  wireCode?: string | null;
  /** What a client's code reads of the error, in a dialect that has a place for it (Anthropic's `error.details`). */
  details?: Readonly<Record<string, unknown>>;
  cause?: unknown;
}

/** The body of an OpenAI error: https://platform.openai.com/docs/guides/error-codes. */
export interface OpenAiError {
  message: string;
  type: string;
  param: string | null;
  code: string | null;
}

/**
 * Error envelope of the OpenAI routes. The fields stand a second time beside `error`, as strings,
 * because @ai-sdk/cerebras parses only Cerebras' flat shape.
 */
export interface OpenAiErrorBody extends Partial<Record<keyof OpenAiError, string>> {
  error: OpenAiError;
}

/** The one exception of Asbru: a row of the error table with its message. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: ErrorCode;
  readonly param: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
  readonly type: string;
  readonly wireCode: string | null;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message: string, options: GatewayErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    const kind: ErrorKind = ERRORS[code];
    this.code = code;
    this.param = options.param ?? null;
    this.headers = options.headers ?? {};
    this.status = options.status ?? kind.status;
    this.type = options.type ?? kind.type;
    this.wireCode = options.wireCode === undefined ? code : options.wireCode;
    this.details = options.details;
  }

  get fault(): FaultDomain {
    return ERRORS[this.code].fault;
  }

  get retryable(): boolean {
    return ERRORS[this.code].retryable;
  }

  toOpenAiError(): OpenAiError {
    return { message: this.message, type: this.type, param: this.param, code: this.wireCode };
  }

  toBody(): OpenAiErrorBody {
    const error = this.toOpenAiError();
    const kind: ErrorKind = ERRORS[this.code];
    if (kind.nestedOnly) return { error };
    return { error, message: error.message, type: error.type, param: error.param ?? '', code: error.code ?? '' };
  }
}
