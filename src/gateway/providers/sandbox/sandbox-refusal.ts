/** Cerebras' error body: flat, not wrapped in `error` (wire.md 1.7, captured). */
export interface FlatError {
  message: string;
  type: string;
  param: string;
  code: string;
  id?: string;
}

/** An answer that is not 200, thrown from wherever a request turns out to be refused. */
export class SandboxRefusal extends Error {
  constructor(
    readonly status: number,
    /** Sent as JSON; a string is sent as it stands. */
    readonly body: FlatError | { detail: string } | string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(typeof body === 'string' ? body : JSON.stringify(body));
  }
}

/** 400 for a request that contradicts itself or the model; `param` is the member at fault. */
export function badRequest(message: string, param = 'validation_error', code = 'wrong_api_format'): SandboxRefusal {
  return new SandboxRefusal(400, { message, type: 'invalid_request_error', param, code });
}

/** 400 for everything that the shape check found: one line for each property. */
export function invalidShape(issues: readonly string[]): SandboxRefusal {
  return badRequest(issues.join('\n'));
}

/** 404 for a model that this account does not have (captured body). */
export function unknownModel(model: string): SandboxRefusal {
  return new SandboxRefusal(404, {
    message: `Model ${model} does not exist or you do not have access to it.`,
    type: 'not_found_error',
    param: 'model',
    code: 'model_not_found',
  });
}

/** 413; Cerebras documents three messages for it. */
export function tooLarge(message: string): SandboxRefusal {
  return new SandboxRefusal(413, {
    message,
    type: 'content_too_large',
    param: 'validation_error',
    code: 'content_too_large',
  });
}

/** 400 for a prompt and completion that do not fit into the model's context (captured body, with its empty `id`). */
export function contextExceeded(current: number, limit: number): SandboxRefusal {
  return new SandboxRefusal(400, {
    message: `Please reduce the length of the messages or completion. Current length is ${current} while limit is ${limit}`,
    type: 'invalid_request_error',
    param: 'messages',
    code: 'context_length_exceeded',
    id: '',
  });
}
