import type { Observable } from 'rxjs';
import type { UpstreamHeaders, UpstreamRequest } from '../../../common/http/upstream-client.js';
import type { GatewayError } from '../../../common/errors/gateway-error.js';
import type { Attempt } from '../attempt.js';
import type { AnswerReading } from '../openai-compatible/upstream-answer.js';
import { openWholeText } from '../openai-compatible/upstream-whole.js';
import type { WholeInspection } from './relay-inspector.js';

export interface RelayWholeOptions {
  readonly provider: string;
  readonly request: UpstreamRequest;
  readonly attempt: Attempt;
  /** @throws GatewayError 502 when the text is no answer of the dialect */
  readonly inspect: (text: string) => WholeInspection;
  readonly reading?: AnswerReading;
  readonly noteHead?: (status: number, headers: UpstreamHeaders) => void;
  readonly readError?: (status: number, headers: UpstreamHeaders, body: string) => GatewayError;
}

/** A whole answer in the caller's own dialect: its text as it came. */
export function openRelayWhole(options: () => RelayWholeOptions): Observable<string> {
  return openWholeText(() => {
    const { inspect, attempt, ...rest } = options();
    return {
      ...rest,
      attempt,
      readText: (text) => {
        const { text: shown, usage, finishReason } = inspect(text);
        attempt.usage = usage;
        // Only of an answer without its usage: what surrounds the text counts too, as nobody else has counted.
        if (!usage) attempt.outputLength = text.length;
        attempt.finishReason = finishReason;
        return shown;
      },
    };
  });
}
