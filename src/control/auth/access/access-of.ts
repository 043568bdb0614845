import { ACCESS, type Access } from '../../../common/access/access.js';

/** Who may call a handler: what it says itself, else what its controller says. undefined: nobody. */
export function accessOf(controller: object, handler: object): Access | undefined {
  return read(handler) ?? read(controller);
}

function read(target: object): Access | undefined {
  const value: unknown = Reflect.getMetadata(ACCESS, target);
  return isAccess(value) ? value : undefined;
}

function isAccess(value: unknown): value is Access {
  return typeof value === 'object' && value !== null && 'kind' in value;
}
