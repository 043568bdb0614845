import type { Type } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { watchAccess } from './admin-edge.js';
import { watchArrivals } from './arrivals.js';
import { DirectRoutes } from './common/execution/direct-routes.js';
import { ErrorFilter } from './common/errors/error.filter.js';
import { withoutBase } from './common/http/base-paths.js';
import { registerBodyParsers } from './common/http/body-parsers.js';
import { controllerHandlers } from './common/http/controller-handlers.js';
import { answerClientError, answerUnroutable } from './common/http/protocol-errors.js';
import { RouteTable } from './common/http/route-table.js';
import { OverloadMonitor } from './common/overload/overload-monitor.js';
import { timeOrderedHex } from './common/random/time-ordered-hex.js';
import { RequestValidationPipe } from './common/validation/request-validation.pipe.js';
import { AppConfig } from './config/app.config.js';
import { AccessGuard } from './control/auth/access/access.guard.js';
import { KnownModels } from './gateway/models/known-models.port.js';
import { INFERENCE_KIND } from './gateway/openai/inference.decorator.js';
import { ParameterFilterInterceptor } from './gateway/routing/parameter-filter.interceptor.js';
import { ProviderRegistry } from './gateway/providers/provider-registry.js';
import { registerUploads } from './gateway/relayed/relayed-bodies.js';
import { ignoreBodies } from './gateway/unsupported/ignored-bodies.js';
import { setUpOpenApi } from './openapi.js';
import { AppLogger } from './telemetry/logger.js';
import { Metrics } from './telemetry/metrics/metrics.port.js';

/** Longest time to receive a request's head and the whole request, in milliseconds (answers may take longer). */
const HEADERS_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 60_000;
/** Largest head of a request, in bytes; a larger one is a 431. */
const MAX_HEADER_SIZE = 16 * 1024;

/** The application, wired and ready to listen; tests make theirs here too. */
export async function createApp(module: Type<unknown>): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    genReqId: () => `req_${timeOrderedHex()}`,
    rewriteUrl: (request: { url?: string }) => withoutBase(request.url ?? '/'),
    requestIdHeader: false,
    trustProxy: false,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Refused in the gateway's own words, by its admission.
    return503OnClosing: false,
    http: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      maxHeaderSize: MAX_HEADER_SIZE,
      connectionsCheckingInterval: 2_000,
    },
    routerOptions: { maxParamLength: 512 },
    frameworkErrors: answerUnroutable,
    clientErrorHandler: answerClientError,
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
    // Until the logger is there, nobody is to hear of modules; a failure is told by who catches it.
    logger: false,
    abortOnError: false,
  });
  configure(app);
  return app;
}

function configure(app: NestFastifyApplication): void {
  const config = app.get(AppConfig);
  const logger = app.get(AppLogger);
  const models = app.get(KnownModels);
  const routes = new RouteTable();
  const fastify = app.getHttpAdapter().getInstance();
  app.useLogger(logger);
  fastify.server.keepAliveTimeout = config.ASBRU_HTTP_KEEP_ALIVE_MS;
  app.get(Metrics).watch({
    isKnownModel: (provider, model) => models.canonicalId(provider, model) === model,
    overload: () => app.get(OverloadMonitor),
  });
  const pipe = new RequestValidationPipe();
  const filter = new ErrorFilter(routes);
  const direct = directRoutes(app, pipe, filter);
  fastify.addHook('onRoute', (route) => {
    routes.add(route.url, route.method);
    direct.takeOver(route);
  });
  watchAccess(app);
  watchArrivals(app);
  registerBodyParsers(fastify, config.ASBRU_BODY_LIMIT);
  registerUploads(fastify, app.get(ProviderRegistry), config.ASBRU_UPLOAD_LIMIT);
  ignoreBodies(fastify);
  app.useGlobalPipes(pipe);
  app.useGlobalFilters(filter);
  setUpOpenApi(app);
}

/** What a model answers: nearly all requests of a gateway. */
function directRoutes(app: NestFastifyApplication, pipe: RequestValidationPipe, filter: ErrorFilter): DirectRoutes {
  const handlers = controllerHandlers(app.get(DiscoveryService, { strict: false }), new MetadataScanner());
  return new DirectRoutes(
    handlers.filter(({ handler }) => Reflect.hasMetadata(INFERENCE_KIND, handler)),
    {
      guard: app.get(AccessGuard, { strict: false }),
      interceptor: app.get(ParameterFilterInterceptor, { strict: false }),
      pipe,
      refuse: filter.catch.bind(filter),
    },
  );
}
