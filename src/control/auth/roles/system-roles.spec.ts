import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACTIONS, RESOURCES } from '../../../common/access/access.js';
import { ALL_PERMISSIONS } from '../authority/permissions.js';
import { SYSTEM_ROLES, systemRole } from './system-roles.js';

const holders = (permission: string): string[] =>
  SYSTEM_ROLES.filter(({ permissions }) => permissions.some((one) => one === permission)).map(({ id }) => id);

describe('The roles of the system', () => {
  it('are as the table in docs/administrators.md says', () => {
    const page = readFileSync(join(__dirname, '../../../../docs/administrators.md'), 'utf8');
    const rows = RESOURCES.map((resource) => {
      const cells = SYSTEM_ROLES.map(({ permissions }) =>
        ACTIONS.filter((action) => permissions.includes(`${resource}:${action}`))
          .map((action) => action.charAt(0).toUpperCase())
          .toSorted((a, b) => 'CRUD'.indexOf(a) - 'CRUD'.indexOf(b))
          .join(' '),
      );
      return `| \`${resource}\` | ${cells.map((cell) => cell || '–').join(' | ')} |`;
    });
    expect(page).toContain(rows.join('\n'));
  });

  it('let only those make secrets, and change roles, who are meant to', () => {
    expect(holders('virtual_keys:create')).toEqual(['owner', 'admin', 'developer']);
    expect(holders('admin_tokens:create')).toEqual(['owner', 'admin']);
    for (const action of ['create', 'update', 'delete']) expect(holders(`roles:${action}`)).toEqual(['owner']);
    for (const action of ['create', 'update', 'delete']) expect(holders(`settings:${action}`)).toEqual(['owner']);
  });

  it('give the owner everything, and an auditor the sight of everything', () => {
    expect(systemRole('owner')?.permissions).toEqual(ALL_PERMISSIONS);
    expect(systemRole('auditor')?.permissions).toEqual(ALL_PERMISSIONS.filter((one) => one.endsWith(':read')));
    expect(systemRole('viewer')?.permissions.every((one) => one.endsWith(':read'))).toBe(true);
    expect(systemRole('nobody')).toBeUndefined();
    expect(systemRole('constructor')).toBeUndefined();
  });
});
