import { applyDecorators, HttpCode, HttpStatus, SetMetadata } from '@nestjs/common';

/**
 * Which of a provider's parameter tables a route's body is filtered by; other dialects are filtered by their conversion,
 * and what is `relayed` is not.
 */
export type InferenceKind = 'chat' | 'completions' | 'responses' | 'messages' | 'generate_content' | 'relayed';

/** Metadata key of an inference route's kind. */
export const INFERENCE_KIND = 'asbru:inference-kind';

/** Marks a handler as an inference call, for `ParameterFilterInterceptor`: JSON or server-sent events, status 200. */
export function Inference(kind: InferenceKind): MethodDecorator {
  return applyDecorators(SetMetadata(INFERENCE_KIND, kind), HttpCode(HttpStatus.OK));
}
