import { Tracing } from './tracing.port.js';

/** Records nothing. The caller's `traceparent` is passed on without it, by what sends the upstream request. */
export class NoTracing extends Tracing {
  override requestStarted(): void {}
  override requestDone(): void {}
}
