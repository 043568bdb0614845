import type { FastifyRequest } from 'fastify';
import type { RequestSummary } from '../request-summary.js';

/** Records one span for each request and one for each upstream request of it. The class is the injection token. */
export abstract class Tracing {
  /** A request has arrived: from here on its upstream requests belong to its trace. */
  abstract requestStarted(request: FastifyRequest): void;
  /** Its socket is done with it. */
  abstract requestDone(summary: RequestSummary, request: FastifyRequest): void;
}
