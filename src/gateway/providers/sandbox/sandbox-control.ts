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

function addFaults(request: SandboxRequest, script: FaultScript): UpstreamAnswer {
  let faults: unknown;
  try {
    faults = JSON.parse(request.rawBody.toString('utf8'));
  } catch {
    return answer(400, { issues: ['The body is not JSON'] });
  }
  if (!areFaults(faults)) return answer(400, { issues: faultIssues(faults) });
  const foreign = script.foreignKinds(faults);
  if (foreign.length > 0)
    return answer(400, { issues: foreign.map((kind) => `This API has no fault of kind '${kind}'`) });
  script.add(faults);
  return answer(200, { pending: script.pending });
}

/**
 * The remote control of a sandbox that runs alone: `POST` and `DELETE /__sandbox/faults` fill and empty the fault
 * script (a JSON list of faults), `GET` and `DELETE /__sandbox/requests` show and forget what was received.
 */
export function control(request: SandboxRequest, script: FaultScript, log: RequestLog): UpstreamAnswer {
  switch (`${request.method} ${request.path.slice(CONTROL_PREFIX.length)}`) {
    case 'POST faults':
      return addFaults(request, script);
    case 'DELETE faults':
      script.clear();
      return answer(200, { pending: 0 });
    case 'GET requests':
      return answer(200, log.requests.map(show));
    case 'DELETE requests':
      log.clear();
      return answer(200, {});
    default:
      return answer(404, { issues: ['Unknown control path'] });
  }
}
