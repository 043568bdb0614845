import { isRecord } from '../../../common/json/is-record.js';
import { parseLossless } from '../../../common/json/raw-json.js';
import { type GeminiPart, NO_SIGNATURE } from '../../gemini/generate-content.types.js';

/** A call as chat writes it: the arguments are text. */
export interface WrittenCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** A call's arguments as an object, no digit lost; undefined when they are no object. */
export function argumentsOf(text: string): Record<string, unknown> | undefined {
  if (text.trim() === '') return {};
  try {
    const args = parseLossless(text);
    return isRecord(args) ? args : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The part of a whole call; undefined when its arguments are no object. The first call of an answer says that its
 * thoughts have no signature, so that a conversation may go on with a model that asks for one.
 */
export function callPart(call: WrittenCall, isFirst: boolean): GeminiPart | undefined {
  const args = argumentsOf(call.arguments);
  if (!args) return undefined;
  const { id, name } = call;
  return { functionCall: { id, name, args }, ...(isFirst && { thoughtSignature: NO_SIGNATURE }) };
}

/** What Gemini says of a call that it cannot read. */
export function malformedCall({ name, arguments: text }: WrittenCall): string {
  return `Malformed function call: ${name}(${text.slice(0, 200)})`;
}
