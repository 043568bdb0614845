import type { AnswerScript } from './answer-script.js';
import type { FaultDialect } from './fault-dialect.js';
import type { SandboxRequest } from './sandbox-request.js';
import type { UpstreamAnswer } from './upstream-answer.js';

/** One vendor's API as a sandbox simulates it: what comes of a request, without sockets and time. */
export interface SandboxApi {
  /** A key that it accepts. */
  readonly apiKey: string;
  /** How faults look in its dialect. */
  readonly faults: FaultDialect;
  /** Answers that it is told to give, if it can be. */
  readonly answers?: AnswerScript;
  /** Answers a request whose body has been read; never throws for what a client can send. */
  answer(request: SandboxRequest): UpstreamAnswer;
  /** The API's own words for a request that it could not look at: 413 for too large a body, 500 for a bug of the sandbox. */
  refuse(status: number, message: string): UpstreamAnswer;
  /** Forgets what earlier requests used up or left behind. */
  reset(): void;
}
