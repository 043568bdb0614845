import type { CallContext } from '../../common/context/call-context.js';
import { GatewayError } from '../../common/errors/gateway-error.js';

/** Where a parameter of the chat request stands in the Responses request that the caller wrote. */
const PATHS: ReadonlyArray<readonly [chat: RegExp, responses: string]> = [
  [/^messages\b.*/, 'input'],
  [/^response_format\.json_schema/, 'text.format'],
  [/^response_format/, 'text.format'],
  [/^reasoning_effort$/, 'reasoning.effort'],
  [/^max_completion_tokens$/, 'max_output_tokens'],
  [/^tools\[(\d+)\]\.function/, 'tools[$1]'],
  [/^tools\.function/, 'tools'],
];

export function toResponsesPath(path: string): string {
  const rule = PATHS.find(([chat]) => chat.test(path));
  return rule ? path.replace(rule[0], rule[1]) : path;
}

/** An error about the chat request, about the caller's own fields. */
export function inResponsesTerms(error: GatewayError): GatewayError {
  const param = error.param === null ? null : toResponsesPath(error.param);
  if (param === error.param) return error;
  const { headers, status, type, wireCode } = error;
  return new GatewayError(error.code, error.message, { param, headers, status, type, wireCode, cause: error });
}

/** The provider notes what it filtered by its place in the chat request: says it by the caller's. */
export function nameInResponsesTerms(call: CallContext): void {
  for (const noted of [call.filtered, call.transformed]) {
    if (noted.size === 0) continue;
    const paths = [...noted].map(toResponsesPath);
    noted.clear();
    for (const path of paths) noted.add(path);
  }
}
