import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller, Post, Body } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import { ErrorFilter } from '../../common/errors/error.filter.js';
import { FakeListingProvider } from '../models/fake-listing-provider.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { ignoreBodies } from './ignored-bodies.js';
import { UnsupportedController } from './unsupported.controller.js';
import { UNSUPPORTED_ROUTES } from './unsupported-operations.js';

/** A route whose body counts, to show that it still does. */
@Controller('v1/chat/completions')
class EchoController {
  @Post()
  echo(@Body() body: unknown): unknown {
    return body;
  }
}

async function createApp(...names: string[]): Promise<NestFastifyApplication> {
  const registry = new ProviderRegistry(names.map((name) => new FakeListingProvider(name)));
  const module = await Test.createTestingModule({
    controllers: [UnsupportedController, EchoController],
    providers: [{ provide: ProviderRegistry, useValue: registry }],
  }).compile();
  const adapter = new FastifyAdapter({ bodyLimit: 1024 });
  ignoreBodies(adapter.getInstance());
  const app = module.createNestApplication<NestFastifyApplication>(adapter, { logger: false });
  app.useGlobalFilters(new ErrorFilter());
  await app.init();
  await adapter.getInstance().ready();
  return app;
}

const refusal = (operation: string) => ({
  error: {
    message: `${operation} is not supported by the cerebras provider`,
    type: 'UnsupportedOperationError',
    param: null,
    code: 'unsupported_operation',
  },
});

const ROUTES = UNSUPPORTED_ROUTES.flatMap(({ path, operations }) =>
  Object.entries(operations).map(([method, operation]) => ({
    method: method as 'GET' | 'POST' | 'DELETE',
    url: `/v1/${path.replaceAll(/[:*]\w*/g, 'some-id')}`,
    operation,
  })),
);

describe('Unsupported operations', () => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    app = await createApp('cerebras');
  });
  afterAll(() => app.close());

  it.each(ROUTES)('$method $url: $operation', async ({ method, url, operation }) => {
    const response = await app.inject({ method, url });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual(refusal(operation));
  });

  it.each([
    ['JSON', 'application/json', '{"model":"openai/text-embedding-3-small","input":"x"}'],
    ['broken JSON', 'application/json', '{"model":'],
    ['JSON above the limit', 'application/json', JSON.stringify({ input: 'x'.repeat(5000) })],
    ['an empty JSON body', 'application/json', ''],
    [
      'multipart',
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="f"\r\n\r\nx\r\n--b--',
    ],
    ['audio', 'audio/mpeg', '\u0000\u0001'],
    ['a nonsense media type', 'nonsense', 'x'],
  ])('refuses %s for the operation, not for the body', async (_what, type, payload) => {
    const response = await app.inject({
      method: 'POST',
      url: '/v1/evals',
      headers: { 'content-type': type },
      payload,
    });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual(refusal('eval creation'));
  });

  it('leaves the bodies of other routes alone', async () => {
    const inject = (type: string, payload: string) =>
      app.inject({ method: 'POST', url: '/v1/chat/completions', headers: { 'content-type': type }, payload });

    expect((await inject('application/json', '{"a":1}')).json()).toEqual({ a: 1 });
    expect((await inject('application/json', '{"a":')).statusCode).toBe(400);
    expect((await inject('multipart/form-data; boundary=b', 'x')).statusCode).toBe(415);
  });

  it('deletes no model, whatever its id looks like', async () => {
    const response = await app.inject({ method: 'DELETE', url: '/v1/models/cerebras%2Fgpt-oss-120b' });
    expect(response.json()).toEqual(refusal('model deletion'));
    expect((await app.inject({ method: 'DELETE', url: '/v1/models/a/b/c' })).statusCode).toBe(400);
  });

  it('does not take methods that OpenAI does not have', async () => {
    expect((await app.inject({ method: 'PUT', url: '/v1/videos' })).statusCode).toBe(404);
    expect((await app.inject({ method: 'POST', url: '/v1/videos/some-id' })).statusCode).toBe(404);
  });

  it('answers a large upload before it has arrived', async () => {
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    const { promise, resolve, reject } = Promise.withResolvers<{ status?: number; body: string }>();
    const upload = httpRequest(
      {
        port,
        method: 'POST',
        path: '/v1/uploads',
        headers: { 'content-type': 'multipart/form-data; boundary=b', 'content-length': 1_000_000_000 },
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        response.on('end', () => resolve({ status: response.statusCode, body }));
      },
    );
    upload.on('error', reject);
    upload.write(Buffer.alloc(100_000));

    const { status, body } = await promise;
    upload.destroy();
    expect(status).toBe(400);
    expect(JSON.parse(body)).toEqual(refusal('upload creation'));
  });

  it('names all providers where there are several', async () => {
    const several = await createApp('cerebras', 'other');
    const response = await several.inject({ method: 'POST', url: '/v1/evals' });
    await several.close();
    expect(response.json().error.message).toBe('eval creation is not supported by the cerebras, other providers');
  });

  it('is documented under one tag, with path parameters and the 400', () => {
    const { paths } = SwaggerModule.createDocument(app, new DocumentBuilder().build());
    expect(paths['/v1/containers/{container_id}/files']?.get).toMatchObject({
      summary: 'Container file listing',
      tags: ['Not supported'],
      parameters: [{ name: 'container_id', in: 'path', required: true }],
      responses: { 400: {} },
    });
    expect(Object.keys(paths['/v1/containers/{container_id}/files']?.get?.responses ?? {})).toEqual(['400']);
    const operations = Object.values(paths).flatMap((item) => Object.values(item));
    // Without the wildcard, which OpenAPI does not have, and with the echo.
    expect(operations.length).toBe(ROUTES.length);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(ROUTES.length);
    expect(Object.keys(paths).filter((path) => path.includes('*'))).toEqual([]);
  });
});
