import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { callOf } from './common/context/call.decorator.js';
import { Draining } from './common/context/draining.js';
import type { GatewayError } from './common/errors/gateway-error.js';
import { toGatewayError } from './common/errors/to-gateway-error.js';
import { CallerAuthentication } from './control/governance/caller-authentication.js';
import { Admission } from './common/http/admission.js';
import { dialectOfRequest } from './common/http/base-paths.js';
import { EdgeRules } from './common/http/edge-rules.js';
import { answerError } from './common/http/protocol-errors.js';
import { TrustedProxies } from './common/http/trusted-proxies.js';
import { OverloadMonitor } from './common/overload/overload-monitor.js';
import { AppConfig } from './config/app.config.js';
import { GatewaySettingsStore } from './config/file/settings.port.js';
import { InFlight } from './health/in-flight.js';
import { operationOf } from './telemetry/request-summary.js';
import { RequestTelemetry } from './telemetry/request-telemetry.js';

/** What happens to each request when its head has arrived: it is named, admitted or refused, counted and watched. */
export function watchArrivals(app: NestFastifyApplication): void {
  const config = app.get(AppConfig);
  const callers = app.get(CallerAuthentication);
  const inFlight = app.get(InFlight);
  const telemetry = app.get(RequestTelemetry);
  const draining = app.get(Draining);
  const proxies = new TrustedProxies(config.trustedProxies);
  const admission = new Admission(
    new EdgeRules(config.allowedHosts),
    draining,
    app.get(OverloadMonitor),
    asksForAnswer,
  );
  // Beside real providers, only the answers of the sandbox itself say so.
  const isSandbox = Object.values(app.get(GatewaySettingsStore).current.providers).every(({ sandbox }) => sandbox);
  const fastify = app.getHttpAdapter().getInstance();
  prepare(fastify, draining);
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    if (dialectOfRequest(request) === 'anthropic') reply.header('request-id', request.id);
    if (isSandbox) reply.header('x-asbru-sandbox', 'true');
    // The address is gone when the log line is written.
    request.clientAddress = proxies.clientOf(request.raw);
    request.operation = operationOf(request.routeOptions.url);
    const refusal = admission.refusalOf(request) ?? unknownCaller(callers, request);
    if (draining.hasBegun) reply.raw.shouldKeepAlive = false;
    const seat = inFlight.begin(reply.raw);
    const counted = telemetry.begin(request, reply);
    reply.raw.once('close', () => {
      inFlight.end(seat);
      telemetry.end(request, reply, counted);
    });
    if (refusal) return refuse(request, reply, refusal);
    done();
  });
}

function prepare(fastify: FastifyInstance, draining: Draining): void {
  fastify.decorateRequest('draining', { getter: () => draining });
  fastify.decorateRequest('clientAddress', '');
  // Node would answer an unknown expectation by itself, without a word.
  fastify.server.on('checkExpectation', (request, response) => fastify.server.emit('request', request, response));
}

/** Whoever has no key that counts is told so before his body is read; the guard of the route decides the rest. */
function unknownCaller(callers: CallerAuthentication, request: FastifyRequest): GatewayError | undefined {
  if (request.operation === 'other') return undefined;
  try {
    callers.authenticate(request);
    return undefined;
  } catch (error) {
    return toGatewayError(error);
  }
}

/** Only what a model has to answer is worth refusing under load. */
function asksForAnswer(route: string | undefined): boolean {
  const operation = operationOf(route);
  return operation !== 'other' && operation !== 'models';
}

function refuse(request: FastifyRequest, reply: FastifyReply, error: GatewayError): void {
  callOf(request).error = error;
  answerError(request, reply, error);
}
