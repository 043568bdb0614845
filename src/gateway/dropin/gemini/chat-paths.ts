import type { CallContext } from '../../../common/context/call-context.js';
import { GatewayError } from '../../../common/errors/gateway-error.js';

/** Where a parameter of the chat request stands in the generateContent request that the caller wrote. */
const PLACES: ReadonlyArray<readonly [chat: RegExp, gemini: string]> = [
  [/^messages\b.*/, 'contents'],
  [/^response_format\b.*/, 'generationConfig.responseSchema'],
  [/^reasoning_effort$/, 'generationConfig.thinkingConfig'],
  [/^reasoning_format$/, 'generationConfig.thinkingConfig.includeThoughts'],
  [/^max_(?:completion_)?tokens$/, 'generationConfig.maxOutputTokens'],
  [/^stop$/, 'generationConfig.stopSequences'],
  [/^n$/, 'generationConfig.candidateCount'],
  [/^temperature$/, 'generationConfig.temperature'],
  [/^top_p$/, 'generationConfig.topP'],
  [/^seed$/, 'generationConfig.seed'],
  [/^presence_penalty$/, 'generationConfig.presencePenalty'],
  [/^frequency_penalty$/, 'generationConfig.frequencyPenalty'],
  [/^logprobs$/, 'generationConfig.responseLogprobs'],
  [/^top_logprobs$/, 'generationConfig.logprobs'],
  [/^tool_choice\b.*/, 'toolConfig.functionCallingConfig'],
  [/^tools\[\d+\]$/, 'tools'],
  [/^tools(?:\[\d+\])?\.(?:function\b.*|strict|parameters)$/, 'tools.functionDeclarations'],
  [/^service_tier$/, 'serviceTier'],
];
const MESSAGE = /^messages\[(\d+)\]/;

/** `paths` has the place of each message. */
export function toGeminiPath(path: string, paths: readonly string[]): string {
  const message = paths[Number(MESSAGE.exec(path)?.[1] ?? Number.NaN)];
  if (message !== undefined) return message;
  const place = PLACES.find(([chat]) => chat.test(path));
  return place ? path.replace(place[0], place[1]) : path;
}

/** An error about the chat request, about the caller's own fields. */
export function inGeminiTerms(error: GatewayError, paths: readonly string[]): GatewayError {
  const param = error.param === null ? null : toGeminiPath(error.param, paths);
  if (param === null || param === error.param) return error;
  const { headers, status, type, wireCode } = error;
  const message = error.param === null ? error.message : error.message.replaceAll(`'${error.param}'`, `'${param}'`);
  return new GatewayError(error.code, message, { param, headers, status, type, wireCode, cause: error });
}

/** The provider notes what it filtered by its place in the chat request: says it by the caller's. */
export function nameInGeminiTerms(call: CallContext, paths: readonly string[]): void {
  for (const noted of [call.filtered, call.transformed]) {
    if (noted.size === 0) continue;
    const places = [...noted].map((path) => toGeminiPath(path, paths));
    noted.clear();
    for (const place of places) noted.add(place);
  }
}
