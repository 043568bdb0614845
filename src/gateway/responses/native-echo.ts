import { isRecord } from '../../common/json/is-record.js';
import { replaceScalar } from '../../common/json/replace-scalar.js';
import type { ResponseObject } from './response-object.types.js';
import type { InputItem, ResponsesRequest } from './responses.types.js';
import type { ResolvedRequest } from './state/response-state.js';

/** What a relayed answer has to say of the gateway's own store, which the upstream knows nothing of. */
export interface Echo {
  readonly isNeeded: boolean;
  readonly store: boolean;
  readonly previousResponseId: string | null;
}

export function echoOf({ request }: ResolvedRequest): Echo {
  const store = request.store === true;
  const previousResponseId = request.previous_response_id ?? null;
  return { isNeeded: store || previousResponseId !== null, store, previousResponseId };
}

/** The JSON text of a response (at a path) with the gateway's own values. */
export function withEcho(text: string, path: readonly string[], { isNeeded, store, previousResponseId }: Echo): string {
  if (!isNeeded) return text;
  const stored = replaceScalar(text, [...path, 'store'], store);
  if (previousResponseId === null) return stored;
  return replaceScalar(stored, [...path, 'previous_response_id'], previousResponseId);
}

/** The request for an upstream: nothing of it is stored there, and it refers to nothing that is stored. */
export function upstreamBody({ request, inherited }: ResolvedRequest): Record<string, unknown> {
  const body: Record<string, unknown> = { ...request, store: false };
  for (const name of ['fallbacks', 'previous_response_id', 'background']) delete body[name];
  if (inherited > 0) body.input = sendable(request, inherited);
  return body;
}

/** An upstream that stores nothing takes reasoning of earlier turns back only when it comes sealed. */
function sendable({ input }: ResponsesRequest, inherited: number): InputItem[] {
  const items = Array.isArray(input) ? input : [];
  return items.filter(
    (item, index) => index >= inherited || item.type !== 'reasoning' || typeof item.encrypted_content === 'string',
  );
}

/** Whether a parsed text is a response, as far as it is stored by. */
export function isResponse(value: unknown): value is ResponseObject {
  return isRecord(value) && typeof value.id === 'string' && Array.isArray(value.output);
}
