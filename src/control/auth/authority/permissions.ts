import { ACTIONS, type Permission, RESOURCES } from '../../../common/access/access.js';

/** All permissions that there are, in the order of resources and actions. */
export const ALL_PERMISSIONS: readonly Permission[] = RESOURCES.flatMap((resource) =>
  ACTIONS.map((action): Permission => `${resource}:${action}`),
);
const KNOWN: ReadonlySet<string> = new Set(ALL_PERMISSIONS);

export function isPermission(value: unknown): value is Permission {
  return typeof value === 'string' && KNOWN.has(value);
}

/** Without repetitions, in the order of the table. */
export function inOrder(permissions: Iterable<string>): Permission[] {
  const set = new Set(permissions);
  return ALL_PERMISSIONS.filter((permission) => set.has(permission));
}
