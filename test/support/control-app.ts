import { Global, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { RESOURCES, ACTIONS } from '../../src/common/access/access.js';
import { ErrorFilter } from '../../src/common/errors/error.filter.js';
import { RouteTable } from '../../src/common/http/route-table.js';
import { RequestValidationPipe } from '../../src/common/validation/request-validation.pipe.js';
import { LoneWorker } from '../../src/common/workers/lone-worker.js';
import { WorkerGroup } from '../../src/common/workers/worker-group.port.js';
import { AppConfig, validateConfig } from '../../src/config/app.config.js';
import type { AdminPrincipal } from '../../src/control/auth/admin.port.js';
import { AdminChanges } from '../../src/control/auth/organization-end.port.js';
import { DirectoryModule } from '../../src/control/directory.module.js';
import { FakeNotices } from '../../src/control/notices/fake-notices.js';
import { Notices } from '../../src/control/notices/notices.port.js';
import { PersistenceModule } from '../../src/persistence/persistence.module.js';

export interface ControlAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a test reads of something that it made. */
export interface Made {
  readonly id: string;
  /** Of a virtual key. */
  readonly key: string;
}

export const ALL_PERMISSIONS: ReadonlySet<string> = new Set(
  RESOURCES.flatMap((resource) => ACTIONS.map((action) => `${resource}:${action}`)),
);

export function admin(organizationId: string | null, permissions = ALL_PERMISSIONS): AdminPrincipal {
  return { id: 'adm_1', name: 'Ada', organizationId, permissions };
}

/** The admin API of the hierarchy on a database, with whom a test likes as its administrator. */
export class ControlApp {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly notices: FakeNotices,
  ) {}

  static async start(env: Record<string, string>, notices = new FakeNotices()): Promise<ControlApp> {
    const config = validateConfig({ NODE_ENV: 'test', ...env });
    const app = await NestFactory.create<NestFastifyApplication>(moduleOf(config, notices), new FastifyAdapter(), {
      logger: false,
      abortOnError: false,
    });
    app.useGlobalPipes(new RequestValidationPipe());
    app.useGlobalFilters(new ErrorFilter(new RouteTable()));
    const who = { current: admin(null) };
    app
      .getHttpAdapter()
      .getInstance()
      .addHook('onRequest', async (request) => {
        request.admin = who.current;
      });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    const control = new ControlApp(app, notices);
    control.become = (other) => {
      who.current = other;
    };
    return control;
  }

  /** Who asks from now on. */
  become: (other: AdminPrincipal) => void = () => undefined;

  async call(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, payload?: object): Promise<ControlAnswer> {
    const answer = await this.app.inject({ method, url: `/admin/v1/${path}`, ...(payload && { payload }) });
    return { status: answer.statusCode, body: JSON.parse(answer.body) as ControlAnswer['body'] };
  }

  /** Makes something, which has to succeed. */
  async make(path: string, payload: object): Promise<Made> {
    const { status, body } = await this.call('POST', path, payload);
    if (status !== 200) throw new Error(`POST ${path}: ${status} ${JSON.stringify(body)}`);
    return body as Partial<Made> as Made;
  }

  get<T>(token: Type<T> | (abstract new (...args: never[]) => T)): T {
    return this.app.get(token, { strict: false });
  }

  close(): Promise<void> {
    return this.app.close();
  }
}

function moduleOf(config: AppConfig, notices: FakeNotices): Type<unknown> {
  @Global()
  @Module({
    providers: [
      { provide: AppConfig, useValue: config },
      { provide: WorkerGroup, useClass: LoneWorker },
      { provide: Notices, useValue: notices },
      // Nobody here has a token that could have to be forgotten.
      { provide: AdminChanges, useValue: { changed: () => Promise.resolve() } },
    ],
    exports: [AdminChanges, AppConfig, Notices, WorkerGroup],
  })
  class Surroundings {}

  @Module({ imports: [Surroundings, PersistenceModule, DirectoryModule] })
  class ControlModule {}
  return ControlModule;
}
