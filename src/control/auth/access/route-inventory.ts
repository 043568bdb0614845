import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { Access } from '../../../common/access/access.js';
import { controllerHandlers } from '../../../common/http/controller-handlers.js';
import { accessOf } from './access-of.js';

/** A route with who may call it. */
export interface RouteAccess {
  readonly method: string;
  /** As the router has it: `/v1/models/:model`. */
  readonly path: string;
  readonly access: Access;
}

/**
 * Routes that no controller has: Swagger UI and the API's description. They are public by design, they hold no secret,
 * and no guard runs before them.
 */
const PUBLIC_BY_DESIGN = /^\/docs(?:[/.]|$)/;

/**
 * Every route of the application, and who may call it. The application does not start with a route that does not say
 * so, or with one that went round the controllers, and so round their guard.
 */
@Injectable()
export class RouteInventory implements OnApplicationBootstrap {
  /** What the router has, by `METHOD path`. */
  private readonly registered = new Map<string, { method: string; path: string }>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  /** Takes a route as Fastify's `onRoute` hook gives it. */
  add(path: string, methods: string | readonly string[]): void {
    for (const method of [methods].flat()) this.registered.set(`${method} ${path}`, { method, path });
  }

  /** @throws Error that names each route that nobody decided on */
  onApplicationBootstrap(): void {
    this.routes();
  }

  /**
   * All routes, in the order of their paths.
   * @throws Error that names each route that nobody decided on
   */
  routes(): RouteAccess[] {
    const problems: string[] = [];
    const declared = this.declared(problems);
    const routes: RouteAccess[] = [];
    for (const { method, path } of this.registered.values()) {
      const access = declared.get(`${method} ${path}`) ?? declared.get(`${asGet(method)} ${path}`);
      if (access) routes.push({ method, path, access });
      else if (PUBLIC_BY_DESIGN.test(path)) routes.push({ method, path, access: { kind: 'public' } });
      else problems.push(`${method} ${path} is no controller's, so that no guard runs before it`);
    }
    if (problems.length > 0)
      throw new Error(`Asbru does not start: nobody decided who may call\n  ${problems.join('\n  ')}`);
    return routes.toSorted((a, b) => compare(a.path, b.path) || compare(a.method, b.method));
  }

  /** By `METHOD path`, what the controllers say. */
  private declared(problems: string[]): Map<string, Access> {
    const declared = new Map<string, Access>();
    for (const { controller, handler, name, method, path } of controllerHandlers(this.discovery, this.scanner)) {
      const access = accessOf(controller, handler);
      if (access) declared.set(`${method} ${path}`, access);
      else problems.push(`${method} ${path} (${controller.name}.${name}): add a decorator of common/access/access.ts`);
    }
    return declared;
  }
}

/** Fastify makes a HEAD of each GET, with the same handler. */
const asGet = (method: string): string => (method === 'HEAD' ? 'GET' : method);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
