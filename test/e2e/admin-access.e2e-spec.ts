import { randomBase58 } from '../../src/common/random/base58.js';
import { type RouteAccess, RouteInventory } from '../../src/control/auth/access/route-inventory.js';
import { SYSTEM_ROLES } from '../../src/control/auth/roles/system-roles.js';
import type { Role } from '../../src/control/auth/store/admin-records.types.js';
import { Admin } from '../support/admins.js';
import type { Answer } from '../support/answer.js';
import { startGateway, type TestGateway } from '../support/gateway.js';

const METHODS = { GET: 'GET', POST: 'POST', PATCH: 'PATCH', PUT: 'PUT', DELETE: 'DELETE' } as const;
type Method = keyof typeof METHODS;

/** What an answer shows, without what belongs to the request or the moment. */
function shape({ status, headers, text }: Answer): object {
  const { date: _date, 'x-request-id': _id, ...stable } = headers;
  return { status, text, headers: stable };
}

/** Past the guard the request is one of nothing: not found, or without what it has to hold. */
function isAsExpected({ status, text }: Answer, { permissions }: Role, { access }: RouteAccess): boolean {
  const needed = access.kind === 'admin' ? access.permission : undefined;
  if (needed === undefined || permissions.includes(needed)) return [200, 400, 404].includes(status);
  return status === 403 && text.includes(`'${needed}'`);
}

describe('Who may call the admin API', () => {
  let gateway: TestGateway;
  let owner: Admin;

  beforeAll(async () => {
    // Callers' addresses are those of a trusted proxy, so that each test has its own to be throttled by.
    gateway = await startGateway({ env: { ASBRU_TRUSTED_PROXIES: '127.0.0.1', ASBRU_AUTH: 'open' } });
    owner = await Admin.firstOwner(gateway);
  });
  afterAll(() => gateway.close());

  const send = (token: string | undefined, address: string, path = '/admin/v1/me'): Promise<Answer> =>
    gateway.get(path, {
      'x-forwarded-for': address,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    });

  it('is decided for every route and every role by the role’s table', async () => {
    const routes = gateway.app
      .get(RouteInventory)
      .routes()
      .filter(({ access: { kind }, method }) => (kind === 'admin' || kind === 'self') && method !== 'HEAD');
    const wrong: string[] = [];
    for (const role of SYSTEM_ROLES) {
      const somebody = await owner.make({ role_id: role.id });
      for (const route of routes) {
        const { method } = route;
        const body = method === 'GET' || method === 'DELETE' ? undefined : {};
        const answer = await somebody.call(METHODS[method as Method], route.path.replaceAll(/:\w+/g, 'unknown'), body);
        if (!isAsExpected(answer, role, route)) wrong.push(`${role.id} ${method} ${route.path}: ${answer.text}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(routes.length).toBeGreaterThanOrEqual(11);
  });

  it('never somebody with one of 5,000 forged tokens, and all of them hear the same', async () => {
    const revoked = await owner.make({ role_id: 'owner' });
    await owner.call('DELETE', `/admin/v1/admin-tokens/${revoked.id}`);
    const unknown = shape(await send(`asbru-admin-${randomBase58(48)}`, '10.255.0.1'));
    expect(unknown).toMatchObject({ status: 401, headers: { 'www-authenticate': expect.any(String) } });
    let at = 0;
    const forge = [
      () => `asbru-admin-${randomBase58(48)}`,
      // One character of a right one, wherever it stands.
      () => {
        const place = 'asbru-admin-'.length + (at % 48);
        const other = owner.token.charAt(place) === 'x' ? 'y' : 'x';
        return owner.token.slice(0, place) + other + owner.token.slice(place + 1);
      },
      () => owner.token.slice(0, 1 + (at % (owner.token.length - 1))),
      () => `${owner.token}${randomBase58(1 + (at % 5))}`,
      () => revoked.token,
      () => `sk-asbru-${randomBase58(40)}`,
      () => `' or 1=1 --${randomBase58(4)}`.replaceAll(' ', '/**/'),
      () => owner.token.toUpperCase(),
      () => owner.token.slice(0, 'asbru-admin-'.length + 8) + randomBase58(40),
      () => owner.id,
    ];
    const different: unknown[] = [];
    for (; at < 5_000; at++) {
      const answer = await send(
        (forge[at % forge.length] ?? (() => 'none'))(),
        `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`,
      );
      if (JSON.stringify(shape(answer)) !== JSON.stringify(unknown)) different.push(answer);
    }
    expect(different).toEqual([]);
    expect(shape(await send(undefined, '10.255.0.2'))).toEqual(unknown);
    expect((await send(owner.token, '10.255.0.3')).status).toBe(200);
  }, 120_000);

  it('only with Authorization: Bearer, once, and in mode open too', async () => {
    const { token } = owner;
    const others: Array<Record<string, string>> = [
      { 'x-api-key': token },
      { 'api-key': token },
      { 'x-goog-api-key': token },
      { 'x-asbru-key': token },
      { 'x-bf-vk': token },
      { cookie: `token=${token}` },
      { authorization: `Basic ${Buffer.from(`admin:${token}`).toString('base64')}` },
      { authorization: token },
      { authorization: `Bearer ${token}, Bearer ${token}` },
    ];
    for (const headers of others)
      expect([headers, (await gateway.get('/admin/v1/me', headers)).status]).toEqual([headers, 401]);
    expect((await gateway.get(`/admin/v1/me?key=${token}&access_token=${token}`)).status).toBe(401);
    expect((await gateway.get('/admin/v1/me', { authorization: `bearer ${token}` })).status).toBe(200);
  });

  it('is throttled for an address that guesses, and not for who is right behind it', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 40; n++) statuses.push((await send(`asbru-admin-${randomBase58(48)}`, '192.0.2.7')).status);
    expect(statuses.filter((status) => status === 401).length).toBeGreaterThanOrEqual(30);
    expect(statuses.at(-1)).toBe(429);
    const refused = await send('asbru-admin-wrong', '192.0.2.7');
    expect(refused.error.code).toBe('rate_limit_exceeded');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await send(owner.token, '192.0.2.7')).status).toBe(200);
    expect((await send('asbru-admin-wrong', '192.0.2.8')).status).toBe(401);
  });

  it('and the log says who was refused, from where, and never with what', async () => {
    const revoked = await owner.make({ role_id: 'viewer' });
    await owner.call('DELETE', `/admin/v1/admin-tokens/${revoked.id}`);
    gateway.log.clear();
    await send(revoked.token, '192.0.2.99');
    const line = JSON.parse(await gateway.log.lineWith('could not be authenticated')) as Record<string, unknown>;
    expect(line).toMatchObject({
      address: '192.0.2.99',
      reason: 'revoked',
      token_id: revoked.id,
      route: '/admin/v1/me',
    });
    expect(gateway.log.lines.join('')).not.toContain(revoked.token);
  });

  it('gets answers that nobody keeps', async () => {
    for (const answer of [await owner.get('/admin/v1/me'), await send(undefined, '10.9.9.9')]) {
      expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    }
    expect((await gateway.get('/v1/models')).headers['cache-control']).toBeUndefined();
  });

  it('may send 1 MiB, while others may send more', async () => {
    const large = { name: 'x'.repeat(1024 * 1024), permissions: ['usage:read'] };
    expect((await owner.post('/admin/v1/roles', large)).status).toBe(413);
    expect((await gateway.chat({ user: 'x'.repeat(1024 * 1024) })).status).toBe(200);
  });

  it.each([
    ['/admin/v1/roles', { name: 'r', permissions: ['usage:read'], permisions: [] }, 'permisions'],
    ['/admin/v1/admin-tokens', { name: 't', role_id: 'viewer', organisation_id: null }, 'organisation_id'],
    ['/admin/v1/setup', { setup_token: 't', name: 'n', force: true }, 'force'],
    ['/admin/v1/roles', { name: 'r', permissions: ['usage:write'] }, 'permissions[0]'],
    ['/admin/v1/roles', { name: 'r', permissions: [] }, 'permissions'],
    ['/admin/v1/roles', { name: ' ', permissions: ['usage:read'] }, 'name'],
    ['/admin/v1/roles', { permissions: ['usage:read'] }, 'name'],
    ['/admin/v1/admin-tokens', { name: 't' }, 'role_id'],
    ['/admin/v1/admin-tokens', { name: 't', role_id: 'nobody' }, 'role_id'],
    ['/admin/v1/admin-tokens', { name: 't', role_id: 'viewer', permissions: ['roles:create'] }, 'permissions'],
    ['/admin/v1/admin-tokens', { name: 't', role_id: 'viewer', expires_at: '2020-01-01T00:00:00Z' }, 'expires_at'],
    ['/admin/v1/admin-tokens', { name: 't', role_id: 'viewer', expires_at: 'tomorrow' }, 'expires_at'],
  ])('hears which field of %s is wrong: %j', async (path, body, param) => {
    const answer = await owner.post(path, body);
    expect([answer.status, answer.error.param]).toEqual([400, param]);
  });

  it('hears of a parameter of a list that there is not', async () => {
    expect((await owner.get('/admin/v1/roles?limt=3')).error).toMatchObject({ param: 'limt' });
    expect((await owner.get('/admin/v1/roles?limit=101')).error).toMatchObject({ param: 'limit' });
    expect((await owner.get('/admin/v1/admin-tokens?after=adm_none')).error).toMatchObject({ param: 'after' });
  });
});
