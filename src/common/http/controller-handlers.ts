import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import type { DiscoveryService, MetadataScanner } from '@nestjs/core';

export type Handler = (...args: never[]) => unknown;

/** A handler of a controller, with one of the routes that lead to it. */
export interface ControllerHandler {
  readonly controller: Type<unknown>;
  /** Of the controller; undefined where Nest makes one for each request. */
  readonly instance: object | undefined;
  readonly handler: Handler;
  /** Of the handler's method. */
  readonly name: string;
  readonly method: string;
  /** As the router has it: `/v1/models/:model`. */
  readonly path: string;
}

/** All handlers of the application's controllers, by their decorators. */
export function controllerHandlers(discovery: DiscoveryService, scanner: MetadataScanner): ControllerHandler[] {
  return discovery.getControllers().flatMap(({ metatype, instance }) => {
    if (!isController(metatype)) return [];
    const { prototype } = metatype;
    const bases = textsOf(Reflect.getMetadata(PATH_METADATA, metatype));
    return scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler: unknown = Reflect.get(prototype, name);
      if (!isHandler(handler)) return [];
      const paths = textsOf(Reflect.getMetadata(PATH_METADATA, handler));
      const method = RequestMethod[Number(Reflect.getMetadata(METHOD_METADATA, handler))] ?? '';
      const made: unknown = instance;
      return bases.flatMap((base) =>
        paths.map((path) => ({
          controller: metatype,
          instance: typeof made === 'object' && made !== null ? made : undefined,
          handler,
          name,
          method,
          path: joined(base, path),
        })),
      );
    });
  });
}

/** A class; discovery says no more than that it is a function. */
function isController(metatype: unknown): metatype is Type<unknown> & { readonly prototype: object } {
  return typeof metatype === 'function' && typeof Reflect.get(metatype, 'prototype') === 'object';
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function';
}

function textsOf(value: unknown): string[] {
  return [value].flat().filter((text) => typeof text === 'string');
}

function joined(base: string, path: string): string {
  const parts = `${base}/${path}`.split('/').filter((part) => part !== '');
  return `/${parts.join('/')}`;
}
