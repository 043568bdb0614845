import { inOrder } from './authority/permissions.js';
import { systemRole } from './roles/system-roles.js';

/** What nodes are told when roles have changed. */
export const ROLES_TOPIC = 'admin';
/** Longest name of a role. */
export const LONGEST_ROLE_NAME = 100;

/** Whether a name is one of the system's own roles, which nobody can take. */
export function isSystemRoleName(name: string): boolean {
  return systemRole(name) !== undefined;
}

/** Permissions as a role's row holds them: without repetitions, in the order of the table. */
export function storedPermissions(permissions: Iterable<string>): string {
  return JSON.stringify(inOrder(permissions));
}
