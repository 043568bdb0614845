import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Controller, Get, Module } from '@nestjs/common';
import { AppModule } from '../../src/app.module.js';
import { createApp } from '../../src/bootstrap.js';
import type { Access } from '../../src/common/access/access.js';
import { Public } from '../../src/common/access/access.js';
import { RouteInventory } from '../../src/control/auth/access/route-inventory.js';
import { startGateway, type TestGateway } from '../support/gateway.js';

const FILE = join(__dirname, '../support/route-access.txt');

@Controller('forgotten')
class ForgottenController {
  @Get('open')
  @Public()
  open(): string {
    return 'open';
  }

  @Get(['nobody', 'nobody/:id'])
  nobody(): string {
    return 'decided';
  }
}

@Module({ imports: [AppModule], controllers: [ForgottenController] })
class ForgottenModule {}

function describeAccess(access: Access): string {
  if (access.kind === 'caller') return `caller ${access.scope}`;
  return access.kind === 'admin' ? `admin ${access.permission}` : access.kind;
}

describe('Every route says who may call it', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  it('as the list in test/support/route-access.txt has it (ASBRU_WRITE_ROUTES=1 writes it)', () => {
    const routes = gateway.app.get(RouteInventory).routes();
    const text = routes
      .filter(({ method }) => method !== 'HEAD')
      .map(({ method, path, access }) => `${method.padEnd(6)} ${path}  ${describeAccess(access)}\n`)
      .join('');
    if (process.env['ASBRU_WRITE_ROUTES'] === '1') writeFileSync(FILE, text);
    expect(text).toBe(readFileSync(FILE, 'utf8'));
  });

  it('and each that only administrators may call is below /admin/v1/, with no other but setup beside them', () => {
    const routes = gateway.app.get(RouteInventory).routes();
    const below = routes.filter(({ path }) => path.startsWith('/admin/'));
    const guarded = routes.filter(({ access: { kind } }) => kind === 'admin' || kind === 'self');
    expect(guarded.length).toBeGreaterThan(10);
    expect(below.filter((route) => !guarded.includes(route)).map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /admin/v1/setup',
    ]);
    expect(guarded.filter(({ path }) => !path.startsWith('/admin/v1/'))).toEqual([]);
  });

  it('or the application does not start, and names it', async () => {
    const app = await createApp(ForgottenModule);
    try {
      const failure = await app.init().then(
        () => 'started',
        (error: unknown) => String(error),
      );
      expect(failure).toContain('GET /forgotten/nobody (ForgottenController.nobody)');
      expect(failure).toContain('GET /forgotten/nobody/:id');
      expect(failure).not.toContain('/forgotten/open');
    } finally {
      await app.close();
    }
  });

  it('nor with a route that went round the controllers', async () => {
    const app = await createApp(AppModule);
    try {
      app
        .getHttpAdapter()
        .getInstance()
        .get('/backdoor', () => 'in');
      await expect(app.init()).rejects.toThrow('GET /backdoor is no controller');
    } finally {
      await app.close();
    }
  });
});
