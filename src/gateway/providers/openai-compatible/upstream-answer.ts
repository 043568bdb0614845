import { GatewayError } from '../../../common/errors/gateway-error.js';
import type { UpstreamHeaders } from '../../../common/http/upstream-client.js';
import type { Attempt } from '../attempt.js';
import type { StatusMeaning } from '../../../config/file/profile-values.js';
import { readUpstreamError } from './error-reader.js';
import { mapRateLimitHeaders } from './rate-limit-headers.js';

/** Largest whole answer and largest error body that are kept, in bytes. */
const MAX_JSON_BYTES = 16 * 1024 * 1024;
const MAX_ERROR_BYTES = 64 * 1024;

/** How the heads and errors of one upstream are read. */
export interface AnswerReading {
  /** The headers, with the vendor's own under OpenAI's names too. */
  headers(headers: UpstreamHeaders): UpstreamHeaders;
  /** What statuses mean that OpenAI uses for something else. */
  readonly statuses: Readonly<Record<number, StatusMeaning>>;
}

/** Gathers the bytes of an answer that is read whole: a completion, or the body of an error. */
export class AnswerBody {
  private readonly parts: Buffer[] = [];
  private size = 0;

  constructor(
    readonly status: number,
    readonly headers: UpstreamHeaders,
    private readonly statuses?: AnswerReading['statuses'],
  ) {}

  get isError(): boolean {
    return this.status !== 200;
  }

  /** @throws GatewayError when the answer is larger than a gateway may hold */
  add(bytes: Buffer): void {
    this.size += bytes.length;
    if (this.isError && this.size > MAX_ERROR_BYTES) return;
    if (this.size > MAX_JSON_BYTES) {
      throw new GatewayError('upstream_invalid_response', 'The upstream sent more than a gateway may hold.');
    }
    this.parts.push(bytes);
  }

  text(): string {
    return Buffer.concat(this.parts).toString('utf8');
  }

  toError(provider: string): GatewayError {
    return readUpstreamError(provider, this.status, this.headers, this.text(), this.statuses);
  }
}

/** @throws GatewayError 502 when it is not JSON */
export function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new GatewayError('upstream_invalid_response', 'The upstream answered with something that is not JSON.', {
      cause,
    });
  }
}

/** What the caller's answer and the log take from the head of the upstream's. Cookies and the rest stay here. */
export function noteHead(attempt: Attempt, status: number, headers: UpstreamHeaders): void {
  attempt.status = status;
  if (status === 200) attempt.reservation?.observe(headers);
  else attempt.reservation?.refused(headers);
  const id = headers['inference-id'] ?? headers['x-request-id'];
  if (typeof id === 'string') {
    attempt.upstreamId = id;
    if (headers['inference-id'] === id) attempt.headers['inference-id'] = id;
  }
  Object.assign(attempt.headers, mapRateLimitHeaders(headers));
}
