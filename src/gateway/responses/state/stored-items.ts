import { isRecord } from '../../../common/json/is-record.js';
import { parseLossless } from '../../../common/json/raw-json.js';
import type { ResponseObject } from '../response-object.types.js';
import type { StoredResponse } from '../store/response-store.port.js';
import type { InputItem } from '../responses.types.js';

/** The response as its caller gets it, with every digit of its numbers. */
export function bodyOf({ body }: StoredResponse): ResponseObject {
  const response = parseLossless(body);
  if (isResponse(response)) return response;
  throw new Error('what is stored is no response');
}

/** The gateway wrote it, so the rest is as it should be. */
function isResponse(value: unknown): value is ResponseObject {
  return isRecord(value) && value.object === 'response' && Array.isArray(value.output);
}

/** The items that a stored response was given itself, without those of the responses that it continues. */
export function inputOf({ input }: StoredResponse): InputItem[] {
  const items = input === null ? [] : parseLossless(input);
  return Array.isArray(items) ? items.filter(isRecord) : [];
}

/** What the model answered. */
export function outputOf({ body }: StoredResponse): InputItem[] {
  const response = parseLossless(body);
  return isRecord(response) && Array.isArray(response.output) ? response.output.filter(isRecord) : [];
}

/**
 * The conversation of a chain of responses, for the model. A call whose arguments were cut was never made, and nobody
 * could send its result.
 */
export function conversationOf(chain: readonly StoredResponse[]): InputItem[] {
  return chain.flatMap((response) => [
    ...inputOf(response),
    ...outputOf(response).filter((item) => !(item.type === 'function_call' && item.status === 'incomplete')),
  ]);
}
