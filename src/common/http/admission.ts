import type { FastifyRequest } from 'fastify';
import { type Draining, drainingError } from '../context/draining.js';
import type { GatewayError } from '../errors/gateway-error.js';
import { isEssential } from '../overload/essential-routes.js';
import type { OverloadMonitor } from '../overload/overload-monitor.js';
import type { EdgeRules } from './edge-rules.js';

/** Decides on a request when its head has arrived, before anything is spent on its body. */
export class Admission {
  constructor(
    private readonly edge: EdgeRules,
    private readonly draining: Draining,
    private readonly overload: OverloadMonitor,
    /** Whether a route costs enough to be refused under load. */
    private readonly isShedable: (route: string | undefined) => boolean,
  ) {}

  /** Why the request is not taken; undefined when it is. To be asked before the request counts as one in flight. */
  refusalOf(request: FastifyRequest): GatewayError | undefined {
    const route = request.routeOptions.url;
    const essential = isEssential(route);
    const problem = this.edge.check(request.raw, !essential);
    if (problem || essential) return problem;
    if (this.draining.refusesRequests) return drainingError();
    if (this.isShedable(route) && this.overload.admit() === 'shed') return this.overload.refusal();
    return undefined;
  }
}
