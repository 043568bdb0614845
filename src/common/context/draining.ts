import { Roll } from '../collections/roll.js';
import { GatewayError } from '../errors/gateway-error.js';

/** What a request is told that the gateway does not answer any more. */
export function drainingError(): GatewayError {
  const message = 'The gateway is shutting down. Please send the request again.';
  return new GatewayError('server_draining', message, { headers: { 'retry-after': '1' } });
}

/**
 * How far the process is with its end, one for all requests: it has begun (load balancers are told), it refuses new
 * requests, its time is up. A step is never taken back.
 */
export class Draining {
  private begun = false;
  private refusing = false;
  private over = false;
  private readonly listeners = new Roll<() => void>();

  get hasBegun(): boolean {
    return this.begun;
  }

  get refusesRequests(): boolean {
    return this.refusing;
  }

  begin(): void {
    this.begun = true;
  }

  refuse(): void {
    this.begun = true;
    this.refusing = true;
  }

  /** Tells each answer that is not complete to end now. */
  end(): void {
    this.refuse();
    this.over = true;
    for (const listener of this.listeners) listener();
    this.listeners.clear();
  }

  /** Calls back once when the time is up, at once if it is already. @returns what stops listening */
  onTimeUp(listener: () => void): () => void {
    if (this.over) {
      listener();
      return nothing;
    }
    const seat = this.listeners.join(listener);
    return () => this.listeners.leave(seat);
  }
}

function nothing(): void {}
