import 'reflect-metadata';
import type { IncomingHttpHeaders } from 'node:http';
import {
  type ArgumentsHost,
  Body,
  type CallHandler,
  Controller,
  createParamDecorator,
  type ExecutionContext,
  Headers,
  HttpCode,
  Module,
  Param,
  Post,
  Req,
  StreamableFile,
  UseGuards,
} from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, MetadataScanner, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EMPTY, map, type Observable, of, throwError } from 'rxjs';
import { Readable } from 'node:stream';
import { controllerHandlers } from '../http/controller-handlers.js';
import { DirectRoutes } from './direct-routes.js';

/** What ran, in order, since the last request. */
let steps: string[] = [];

class TextDto {
  text?: string;
}

const Caller = createParamDecorator(
  (data: string | undefined, context: ExecutionContext) =>
    `${data ?? 'nobody'} at ${context.switchToHttp().getRequest<FastifyRequest>().url}`,
);

class RefusingGuard {
  canActivate(): boolean {
    return false;
  }
}

@Controller('things')
class ThingsController {
  private readonly greeting = 'hello';

  @Post('said')
  @HttpCode(202)
  said(@Body() { text }: TextDto, @Caller('me') caller: string, @Headers() headers: IncomingHttpHeaders) {
    steps.push('handler');
    return of({ said: `${this.greeting} ${text}`, caller, agent: headers['x-agent'] });
  }

  @Post('streamed')
  @HttpCode(200)
  streamed(@Req() request: FastifyRequest) {
    return of(new StreamableFile(Readable.from([Buffer.from(`from ${request.url}`)]), { type: 'text/plain' }));
  }

  @Post('plain')
  @HttpCode(200)
  plain() {
    return { plain: true };
  }

  @Post('last')
  @HttpCode(200)
  last() {
    return of({ number: 1 }, { number: 2 });
  }

  @Post('nothing')
  @HttpCode(200)
  nothing() {
    return EMPTY;
  }

  @Post('throws')
  @HttpCode(200)
  throws(): Observable<string> {
    throw new Error('thrown by the handler');
  }

  @Post('fails')
  @HttpCode(200)
  fails() {
    return throwError(() => new Error('emitted by the handler'));
  }

  @Post('guarded')
  @HttpCode(200)
  @UseGuards(RefusingGuard)
  guarded() {
    return of('guarded');
  }

  @Post('named/:name')
  @HttpCode(200)
  named(@Param('name') name: string) {
    return of({ name });
  }
}

const guard = {
  canActivate(context: ExecutionContext): boolean {
    steps.push(`guard of ${context.getClass().name}.${context.getHandler().name}`);
    return context.switchToHttp().getRequest<FastifyRequest>().headers['x-refused'] === undefined;
  },
};
const interceptor = {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    steps.push('interceptor');
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    if (headers['x-refused-late'] !== undefined) throw new Error('thrown by the interceptor');
    return next.handle().pipe(
      map((value: unknown) => {
        steps.push('answer');
        return value;
      }),
    );
  },
};
const pipe = {
  transform(value: unknown, { type, metatype }: { type: string; metatype?: unknown }): unknown {
    if (type !== 'body') return value;
    steps.push(`pipe for ${metatype === TextDto ? 'TextDto' : 'something else'}`);
    if (typeof (value as TextDto).text !== 'string') throw new Error('thrown by the pipe');
    return value;
  },
};
const filter = {
  catch(error: unknown, host: ArgumentsHost): void {
    steps.push('filter');
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    void reply.code(500).send({ error: error instanceof Error ? error.message : error });
  },
};

@Module({ imports: [DiscoveryModule], controllers: [ThingsController] })
class ThingsModule {}

async function start(isDirect: boolean): Promise<{ app: NestFastifyApplication; routes: DirectRoutes }> {
  const app = await NestFactory.create<NestFastifyApplication>(ThingsModule, new FastifyAdapter(), { logger: false });
  const handlers = controllerHandlers(app.get(DiscoveryService, { strict: false }), new MetadataScanner());
  const routes = new DirectRoutes(handlers, { guard, interceptor, pipe, refuse: filter.catch.bind(filter) });
  app.useGlobalGuards(guard);
  app.useGlobalInterceptors(interceptor);
  app.useGlobalPipes(pipe);
  app.useGlobalFilters(filter);
  if (isDirect) {
    app
      .getHttpAdapter()
      .getInstance()
      .addHook('onRoute', (route) => routes.takeOver(route));
  }
  await app.listen(0, '127.0.0.1');
  return { app, routes };
}

describe('DirectRoutes', () => {
  let nest: Awaited<ReturnType<typeof start>>;
  let direct: Awaited<ReturnType<typeof start>>;

  beforeAll(async () => {
    nest = await start(false);
    direct = await start(true);
  });

  beforeEach(() => {
    steps = [];
  });

  afterAll(() => Promise.all([nest.app.close(), direct.app.close()]));

  async function ask({ app }: typeof nest, path: string, headers: Record<string, string> = {}, body?: object) {
    steps = [];
    const response = await fetch(`${await app.getUrl()}/things/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body ?? { text: 'you' }),
    });
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      text: await response.text(),
      steps: [...steps],
    };
  }

  it('calls guard, interceptor, pipe and handler in the order of Nest, with its arguments', async () => {
    const answer = await ask(direct, 'said', { 'x-agent': 'test' });
    expect(answer).toEqual(await ask(nest, 'said', { 'x-agent': 'test' }));
    expect(answer.status).toBe(202);
    expect(JSON.parse(answer.text)).toEqual({ said: 'hello you', caller: 'me at /things/said', agent: 'test' });
    expect(answer.steps).toEqual([
      'guard of ThingsController.said',
      'interceptor',
      'pipe for TextDto',
      'handler',
      'answer',
    ]);
  });

  it.each([
    ['a stream', 'streamed', {}, {}, 200],
    ['what is no Observable', 'plain', {}, {}, 200],
    ['the last of several', 'last', {}, {}, 200],
    ['an Observable that emits nothing', 'nothing', {}, {}, 500],
    ['a handler that throws', 'throws', {}, {}, 500],
    ['an Observable that fails', 'fails', {}, {}, 500],
    ['a pipe that throws', 'said', {}, { text: 1 }, 500],
    ['an interceptor that throws', 'said', { 'x-refused-late': '1' }, {}, 500],
    ['a guard that refuses', 'said', { 'x-refused': '1' }, {}, 500],
    ['a guard of its own', 'guarded', {}, {}, 500],
    ['a parameter that is not read here', 'named/it', {}, {}, 200],
  ])('answers %s as Nest does', async (_, path, headers, body, status) => {
    const expected = await ask(nest, path, headers, body);
    expect(expected.status).toBe(status);
    expect(await ask(direct, path, headers, body)).toEqual(expected);
  });

  it('leaves to Nest what has steps or parameters that it does not know', () => {
    const isTaken = (method: string, url: string): boolean => {
      const handler = (): void => undefined;
      const route = { method, url, handler };
      direct.routes.takeOver(route);
      return route.handler !== handler;
    };
    expect(isTaken('POST', '/things/said')).toBe(true);
    expect(isTaken('POST', '/things/guarded')).toBe(false);
    expect(isTaken('POST', '/things/named/:name')).toBe(false);
    expect(isTaken('GET', '/things/said')).toBe(false);
  });
});
