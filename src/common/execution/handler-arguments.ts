import type { PipeTransform, Type } from '@nestjs/common';
import { CUSTOM_ROUTE_ARGS_METADATA, PARAMTYPES_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { isRecord } from '../json/is-record.js';
import type { ControllerHandler } from '../http/controller-handlers.js';
import type { RequestContext } from './request-context.js';

/** Takes one argument of a handler from its request. */
export type ArgumentReader = (context: RequestContext) => unknown;

/**
 * What a handler's parameter decorators ask for, in the order of its parameters. `pipe` gets the body; the global pipe
 * of this gateway lets all else through as it is.
 * @returns undefined when one of them asks for more than the whole body, the headers, the request or what a decorator of
 *   its own makes: Nest then serves the route
 */
export function argumentReaders(
  { controller, name }: Pick<ControllerHandler, 'controller' | 'name'>,
  pipe: PipeTransform,
): readonly ArgumentReader[] | undefined {
  const prototype: unknown = controller.prototype;
  const declared: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name);
  if (!isRecord(declared) || typeof prototype !== 'object' || prototype === null) return undefined;
  const types = listOf(Reflect.getMetadata(PARAMTYPES_METADATA, prototype, name));
  const parameters = new Map(Object.entries(declared).map(([key, value]) => [indexOf(value), { key, value }]));
  const readers = types.flatMap((metatype, index) => {
    const { key = '', value } = parameters.get(index) ?? {};
    return readerOf(key.split(':', 1)[0] ?? '', value, metatype, pipe) ?? [];
  });
  return readers.length === types.length && parameters.size === types.length ? readers : undefined;
}

const [REQUEST, BODY, HEADERS] = [RouteParamtypes.REQUEST, RouteParamtypes.BODY, RouteParamtypes.HEADERS].map(String);

function readerOf(kind: string, value: unknown, metatype: unknown, pipe: PipeTransform): ArgumentReader | undefined {
  if (!isRecord(value) || listOf(value.pipes).length > 0 || value.schema !== undefined) return undefined;
  const { data, factory } = value;
  if (kind.endsWith(CUSTOM_ROUTE_ARGS_METADATA) && isFactory(factory)) return (context) => factory(data, context);
  return data === undefined ? wholeReaderOf(kind, metatype, pipe) : undefined;
}

function wholeReaderOf(kind: string, metatype: unknown, pipe: PipeTransform): ArgumentReader | undefined {
  if (kind === REQUEST) return ({ request }) => request;
  if (kind === HEADERS) return ({ request }) => request.headers;
  if (kind !== BODY || !isClass(metatype)) return undefined;
  const metadata = { type: 'body' as const, metatype, data: undefined };
  return ({ request }): unknown => pipe.transform(request.body, metadata);
}

type Factory = (data: unknown, context: RequestContext) => unknown;

function isFactory(value: unknown): value is Factory {
  return typeof value === 'function';
}

function isClass(value: unknown): value is Type<unknown> {
  return typeof value === 'function';
}

function indexOf(value: unknown): unknown {
  return isRecord(value) ? value.index : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
