import { editChatDocument, editChatEvents } from '../chat-fault-edits.js';
import type { FaultDialect } from '../fault-dialect.js';
import { openAiHeaders, refusalAnswer } from './openai-answer.js';
import { OpenAiRefusal, type OpenAiProblem } from './openai-refusal.js';

const problem = (message: string, type: string, code: string | null = null): OpenAiProblem => ({
  message,
  type,
  param: null,
  code,
});

/** What OpenAI says with each status (wire.md 2.1). */
const PROBLEMS: Readonly<Record<number, OpenAiProblem>> = {
  400: problem('Bad request.', 'invalid_request_error'),
  401: problem('Incorrect API key provided.', 'invalid_request_error', 'invalid_api_key'),
  403: problem('You are not allowed to do this.', 'invalid_request_error', 'unsupported_country_region_territory'),
  404: problem(
    'The model `x` does not exist or you do not have access to it.',
    'invalid_request_error',
    'model_not_found',
  ),
  429: problem('Rate limit reached.', 'requests', 'rate_limit_exceeded'),
  503: problem('The server is overloaded or not ready yet.', 'service_unavailable_error'),
};
const SERVER_ERROR = problem('The server had an error while processing your request.', 'server_error');

/** Faults in OpenAI's words. */
export const OPENAI_FAULTS: FaultDialect = {
  host: 'api.openai.com',
  kinds: new Set(['usage-chunk', 'finish-reason', 'tool-delta']),
  ping: ': ping\n\n',
  hollowEvent: { data: '{"id":"chatcmpl-null","choices":null,"object":"chat.completion.chunk"}' },
  headers: openAiHeaders,
  errorBody: (status) => ({ error: PROBLEMS[status] ?? SERVER_ERROR }),
  rateLimit: ({ quota, window = 'minute', retryAfter, headers }) => {
    const what = quota === 'queue' ? 'requests' : quota;
    const all = { ...headers, ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }) };
    const message = `Rate limit reached for ${what} per ${window}. Please try again later.`;
    return refusalAnswer(new OpenAiRefusal(429, message, { type: what, code: 'rate_limit_exceeded' }, all));
  },
  streamError: ({ error, event }) => {
    const data = JSON.stringify({ type: 'error', error: error ?? SERVER_ERROR });
    return event === false ? { data } : { event: 'error', data };
  },
  editDocument: editChatDocument,
  editEvents: editChatEvents,
};
