import { SetupAnnouncer } from '../../src/control/auth/setup/setup-announcer.js';
import { SetupService } from '../../src/control/auth/setup/setup.service.js';
import { ConfigError } from '../../src/config/config-error.js';
import { statusWithin } from '../support/admins.js';
import { SHARED_ENGINES, type TestDatabase } from '../support/databases.js';
import { REDIS } from '../support/redis.js';
import { startGateway, type TestGateway, withGateway } from '../support/gateway.js';

const claim = (gateway: TestGateway, setup_token: unknown, from = '10.0.0.1') =>
  gateway.post('/admin/v1/setup', { setup_token, name: 'first' }, { 'x-forwarded-for': from });
const ENV = { ASBRU_TRUSTED_PROXIES: '127.0.0.1' };

async function announced(gateway: TestGateway): Promise<string> {
  let text = '';
  await gateway.app.get(SetupAnnouncer).announce((part) => (text += part), 'http://gateway');
  return text;
}
const tokenIn = (banner: string): string => /asbru-setup-\w{40}/.exec(banner)?.[0] ?? 'none';

describe.each(SHARED_ENGINES)('The first owner, on %s', (_name, describeOn, make) => {
  describeOn('', () => {
    let made: TestDatabase;
    let one: TestGateway;
    let two: TestGateway;

    beforeEach(async () => {
      made = await make();
      one = await startGateway({ env: { ...ENV, DATABASE_URL: made.url, REDIS_URL: REDIS } });
      two = await startGateway({ env: { ...ENV, DATABASE_URL: made.url, REDIS_URL: REDIS } });
    });
    afterEach(async () => {
      await one.close();
      await two.close();
      await made.drop();
      // Two gateways and a database: once, on a busy machine, 20 seconds were not enough.
    }, 60_000);

    it('is made once, of calls to two nodes at the same time', async () => {
      const token = await one.app.get(SetupService).issue();
      const answers = await Promise.all(
        Array.from({ length: 16 }, (_, n) => claim(n % 2 === 0 ? one : two, token, `10.0.1.${n}`)),
      );
      const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
      expect(statuses).toEqual([200, ...Array<number>(15).fill(409)]);
      const owner = String(answers.find(({ status }) => status === 200)?.json()['token']);
      const headers = { authorization: `Bearer ${owner}`, 'x-forwarded-for': '10.0.2.1' };
      const me = await statusWithin(2_000, 200, () => one.get('/admin/v1/me', headers));
      expect(me.json()).toMatchObject({ role_id: 'owner', name: 'first', organization_id: null, expires_at: null });
      expect((me.json()['permissions'] as string[]).length).toBe(60);
    });

    it('needs the newest setup token of any node, and no start makes one when there is an owner', async () => {
      const first = await announced(one);
      const second = await announced(two);
      expect(first).toContain('curl http://gateway/admin/v1/setup');
      expect(tokenIn(first)).not.toBe(tokenIn(second));
      expect((await claim(one, tokenIn(first))).status).toBe(401);
      expect((await claim(one, tokenIn(second))).status).toBe(200);
      expect(await announced(one)).toBe('');
      expect((await claim(two, tokenIn(second))).status).toBe(409);
    });

    it('leaves nothing in the database or the log that it could be made of again', async () => {
      const token = tokenIn(await announced(one));
      const answer = await claim(one, token);
      const lines = [...one.log.lines, ...two.log.lines].join('');
      expect(lines).not.toContain(token);
      expect(lines).not.toContain(String(answer.json()['token']));
    });
  });
});

describe('A setup token', () => {
  it('that is wrong gets one answer, before and after there is an owner', async () => {
    await withGateway({ env: ENV }, async (gateway) => {
      const none = await claim(gateway, 'asbru-setup-none');
      const token = tokenIn(await announced(gateway));
      const wrong = await claim(gateway, `${token}x`);
      await claim(gateway, token);
      const late = await claim(gateway, 'asbru-setup-late');
      expect(none.status).toBe(401);
      expect([wrong.text, late.text]).toEqual([none.text, none.text]);
      expect([wrong.status, late.status]).toEqual([401, 401]);
      expect(Object.keys(wrong.headers)).toEqual(Object.keys(late.headers));
    });
  });

  it('may be guessed at ten times in a row, from each address', async () => {
    await withGateway({ env: ENV }, async (gateway) => {
      const statuses: number[] = [];
      for (let n = 0; n < 12; n++) statuses.push((await claim(gateway, `guess-${n}`)).status);
      expect(statuses).toEqual([...Array<number>(10).fill(401), 429, 429]);
      expect((await claim(gateway, 'guess', '10.0.0.2')).status).toBe(401);
    });
  });

  it('may come from the environment, and then none is written', async () => {
    const ASBRU_SETUP_TOKEN = 'q8Zr3vT1mX6pL0sWcY9dKfJh2nGbUe5A';
    await withGateway({ env: { ...ENV, ASBRU_SETUP_TOKEN } }, async (gateway) => {
      expect(await announced(gateway)).toBe('');
      expect((await claim(gateway, 'q8Zr3vT1mX6pL0sWcY9dKfJh2nGbUe5B')).status).toBe(401);
      expect((await claim(gateway, ASBRU_SETUP_TOKEN)).status).toBe(200);
      expect((await claim(gateway, ASBRU_SETUP_TOKEN)).status).toBe(409);
    });
  });

  it.each([
    'short',
    'a'.repeat(64),
    'abababababababababababababababababab',
    'with blanks q8Zr3vT1mX6pL0sWcY9dKfJh2nGbUe5A',
  ])('that can be guessed stops the start, and the message does not repeat it: %s', async (ASBRU_SETUP_TOKEN) => {
    const failure: unknown = await startGateway({ env: { ASBRU_SETUP_TOKEN } }).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(ConfigError);
    expect(String(failure)).toContain('ASBRU_SETUP_TOKEN must be random text of at least 32 characters');
    expect(String(failure)).not.toContain(`'${ASBRU_SETUP_TOKEN}'`);
  });
});
