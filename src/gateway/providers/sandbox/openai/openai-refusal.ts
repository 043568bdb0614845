/** OpenAI's error body: https://platform.openai.com/docs/guides/error-codes (wire.md 2.1). */
export interface OpenAiProblem {
  message: string;
  type: string;
  param: string | null;
  code: string | null;
}

/** An answer that is not 200, thrown from wherever a request turns out to be refused. */
export class OpenAiRefusal extends Error {
  readonly problem: OpenAiProblem;

  constructor(
    readonly status: number,
    message: string,
    { type = 'invalid_request_error', param = null, code = null }: Partial<OpenAiProblem> = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.problem = { message, type, param, code };
  }
}

export const missing = (param: string): OpenAiRefusal =>
  new OpenAiRefusal(400, `Missing required parameter: '${param}'.`, { param, code: 'missing_required_parameter' });

export const wrongType = (param: string, expected: string): OpenAiRefusal =>
  new OpenAiRefusal(400, `Invalid type for '${param}': expected ${expected}.`, { param, code: 'invalid_type' });

export const wrongValue = (param: string, message: string): OpenAiRefusal =>
  new OpenAiRefusal(400, message, { param, code: 'invalid_value' });

export const unknownParameter = (param: string): OpenAiRefusal =>
  new OpenAiRefusal(400, `Unknown parameter: '${param}'.`, { param, code: 'unknown_parameter' });

export const unknownModel = (model: string): OpenAiRefusal =>
  new OpenAiRefusal(404, `The model \`${model}\` does not exist or you do not have access to it.`, {
    code: 'model_not_found',
  });

export const noSuch = (thing: string, id: string): OpenAiRefusal =>
  new OpenAiRefusal(404, `No such ${thing} object: ${id}`, { param: 'id' });
