import { type ArgumentsHost, Catch, type ExceptionFilter, Logger, NotFoundException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerError } from '../http/protocol-errors.js';
import { writeRouteHeaders } from '../http/route-headers.js';
import { RouteTable } from '../http/route-table.js';
import { GatewayError } from './gateway-error.js';
import { toGatewayError } from './to-gateway-error.js';

/** Answers every error in the form of the dialect that its request speaks. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger(ErrorFilter.name);

  constructor(private readonly routes: RouteTable = new RouteTable()) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const error = exception instanceof NotFoundException ? this.unknownRoute(request) : toGatewayError(exception);
    if (error.code === 'internal_error') {
      this.logger.error({ err: exception, request_id: request.id }, 'unhandled error');
    }
    if (request.call) request.call.error = error;
    // Nobody is there to read it, or the answer has begun and has ended in its own way.
    if (reply.sent || reply.raw.destroyed || reply.raw.headersSent) return;
    if (request.call) writeRouteHeaders(reply, request.call);
    answerError(request, reply, error);
  }

  private unknownRoute(request: FastifyRequest): GatewayError {
    const path = pathOf(request.url);
    const written = pathOf(request.originalUrl);
    const allowed = this.routes.methodsOf(path);
    if (allowed.length === 0) {
      return new GatewayError(
        'not_found',
        `Unknown request URL: ${request.method} ${written}. See /docs for the routes.`,
      );
    }
    return new GatewayError(
      'method_not_allowed',
      `Not allowed: ${request.method} ${written}. Use ${allowed.join(' or ')}.`,
      {
        headers: { allow: allowed.join(', ') },
      },
    );
  }
}

const pathOf = (url: string): string => url.split('?', 1)[0] ?? '';
