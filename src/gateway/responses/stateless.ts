import { GatewayError } from '../../common/errors/gateway-error.js';
import { asNumber } from '../../common/json/raw-json.js';
import type { ResponsesRequest } from './responses.types.js';
import { unsupported } from './wire-reader.js';

/** OpenAI's lower bound of `max_output_tokens`. */
export const MIN_OUTPUT_TOKENS = 16;

/** Parameters that a store of responses serves; the others need more than that. */
const SERVED: ReadonlySet<StatefulParameter> = new Set(['previous_response_id', 'background']);

type StatefulParameter = 'previous_response_id' | 'conversation' | 'background' | 'prompt';

/** What needs a store of responses, with what the caller can do instead. */
const ADVICE: ReadonlyArray<readonly [StatefulParameter, string]> = [
  ['previous_response_id', "Responses are not stored here: send the earlier items in 'input' instead."],
  ['conversation', "Conversations are not stored here: send the earlier items in 'input' instead."],
  ['background', 'Background responses are not available here: use a stream instead.'],
  ['prompt', "Prompt templates are not stored here: send 'instructions' and 'input' instead."],
];

/** Parameters that would change the answer's meaning if they were ignored. */
export const STATEFUL_PARAMETERS: readonly string[] = ADVICE.map(([param]) => param);

/**
 * Refuses what only a gateway with storage can do: previous turns and background work, unless responses are stored,
 * and in any case conversations and templates.
 */
export function refuseStateful(request: ResponsesRequest, responsesAreStored: boolean): void {
  for (const [param, advice] of ADVICE) {
    if (responsesAreStored && SERVED.has(param)) continue;
    const value = request[param];
    if (value === undefined || value === null || value === false) continue;
    throw unsupported(param, `Unsupported parameter: '${param}'. ${advice}`);
  }
}

/** Refuses a limit below OpenAI's, which no reasoning model could answer within. */
export function refuseLowLimit({ max_output_tokens }: ResponsesRequest): void {
  const limit = asNumber(max_output_tokens);
  if (limit === undefined || limit >= MIN_OUTPUT_TOKENS) return;
  throw new GatewayError(
    'integer_below_min_value',
    `Invalid 'max_output_tokens': integer below minimum value. Expected a value >= ${MIN_OUTPUT_TOKENS}, but got ${limit} instead.`,
    { param: 'max_output_tokens' },
  );
}
