import 'reflect-metadata';
import type { Type } from '@nestjs/common';

const CLOSED = 'asbru:closed';

/** Of a DTO: a field that it does not declare is refused, where others pass unknown fields on. */
export function Closed(): ClassDecorator {
  return (target) => Reflect.defineMetadata(CLOSED, true, target);
}

export function isClosed(dto: Type<unknown>): boolean {
  return Reflect.hasMetadata(CLOSED, dto);
}
