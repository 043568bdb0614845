import 'reflect-metadata';

/** Metadata key of a DTO that takes nothing but its own properties. */
const STRICT = 'asbru:strict';

/** A body with a field that the DTO does not have is refused, and the field named: a slip of the pen is no setting. */
export const Strict = (): ClassDecorator => (target) => Reflect.defineMetadata(STRICT, true, target);

export function isStrict(dto: object): boolean {
  return Reflect.getMetadata(STRICT, dto) === true;
}
