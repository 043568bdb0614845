import { type AnswerScript, areAnswers, scriptIssues } from './answer-script.js';
import { areFaults, faultIssues } from './fault-fields.js';
import type { FaultScript } from './fault-script.js';
import type { RequestLog, SandboxRequest } from './sandbox-request.js';
import type { UpstreamAnswer } from './upstream-answer.js';

/** Paths below it are the sandbox's own: no key, no faults, not recorded. */
export const CONTROL_PREFIX = '/__sandbox/';

function answer(status: number, value: unknown): UpstreamAnswer {
  return { status, headers: ['content-type', 'application/json'], body: JSON.stringify(value), ticks: 0 };
}

function show(request: SandboxRequest): object {
  const { method, url, headers, json, status, aborted, receivedAt, closedAt } = request;
  return { method, url, headers, body: json, status, aborted, receivedAt, closedAt };
}

/** What can be controlled. */
export interface Controlled {
  readonly faults: FaultScript;
  /** Undefined where the API cannot be told what to answer. */
  readonly answers: AnswerScript | undefined;
  readonly log: RequestLog;
}

/** Adds what a request's body lists, once it has been checked. */
function add<T>(
  request: SandboxRequest,
  script: { add(items: T[]): void; readonly pending: number },
  isList: (value: unknown) => value is T[],
  issuesOf: (value: unknown) => string[],
): UpstreamAnswer {
  let items: unknown;
  try {
    items = JSON.parse(request.rawBody.toString('utf8'));
  } catch {
    return answer(400, { issues: ['The body is not JSON'] });
  }
  const issues = issuesOf(items);
  if (issues.length > 0 || !isList(items)) return answer(400, { issues });
  script.add(items);
  return answer(200, { pending: script.pending });
}

function clear(script: { clear(): void }): UpstreamAnswer {
  script.clear();
  return answer(200, { pending: 0 });
}

/**
 * The remote control of a sandbox that runs alone: `POST` and `DELETE /__sandbox/faults` fill and empty the fault
 * script (a JSON list of faults), `/__sandbox/answers` that of answers; `GET` and `DELETE /__sandbox/requests` show and
 * forget what was received.
 */
export function control(request: SandboxRequest, { faults, answers, log }: Controlled): UpstreamAnswer {
  switch (`${request.method} ${request.path.slice(CONTROL_PREFIX.length)}`) {
    case 'POST faults':
      return add(request, faults, areFaults, (value) => faultProblems(value, faults));
    case 'DELETE faults':
      return clear(faults);
    case 'POST answers':
      return answers ? add(request, answers, areAnswers, scriptIssues) : unknownPath();
    case 'DELETE answers':
      return answers ? clear(answers) : unknownPath();
    case 'GET requests':
      return answer(200, log.requests.map(show));
    case 'DELETE requests':
      log.clear();
      return answer(200, {});
    default:
      return unknownPath();
  }
}

function unknownPath(): UpstreamAnswer {
  return answer(404, { issues: ['Unknown control path'] });
}

/** Faults that are none, and those that the API does not have. */
function faultProblems(value: unknown, script: FaultScript): string[] {
  const issues = faultIssues(value);
  if (issues.length > 0 || !areFaults(value)) return issues;
  return script.foreignKinds(value).map((kind) => `This API has no fault of kind '${kind}'`);
}
