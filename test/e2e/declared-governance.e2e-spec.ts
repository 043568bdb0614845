import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { validateConfig } from '../../src/config/app.config.js';
import { loadSettings } from '../../src/config/file/settings-loader.js';
import { GatewaySettingsStore } from '../../src/config/file/settings.port.js';
import { printDifference } from '../../src/control/declared/difference-command.js';
import { Admin, statusWithin } from '../support/admins.js';
import type { Answer } from '../support/answer.js';
import { describeOnPostgres, ENGINES, Outage, postgresDatabase, type TestDatabase } from '../support/databases.js';
import { DECLARED_KEYS, DECLARED_SECRET } from '../support/declared.js';
import { TestGateway } from '../support/gateway.js';

/** A folder with a file, and what the environment of a gateway says. */
class Site {
  private constructor(
    readonly folder: string,
    readonly env: Record<string, string>,
  ) {}

  static async at(url: string): Promise<Site> {
    const folder = await mkdtemp(join(tmpdir(), 'asbru-declared-'));
    return new Site(folder, {
      ...DECLARED_KEYS,
      ASBRU_CONFIG: join(folder, 'asbru.yaml'),
      ASBRU_DATA_DIR: folder,
      ASBRU_AUTH: 'required',
      ASBRU_SECRET: DECLARED_SECRET,
      DATABASE_URL: url,
    });
  }

  async write(governance: string): Promise<void> {
    const providers = 'providers: { a: { type: cerebras, keys: [{ name: k, value: v }] } }';
    await writeFile(this.file, `version: 1\n${providers}\n${governance}`);
  }

  get file(): string {
    return join(this.folder, 'asbru.yaml');
  }

  /** The dry run's exit code and what it prints. */
  async difference(json = false): Promise<{ code: number; text: string }> {
    const lines: string[] = [];
    const settings = await loadSettings(this.file, { ...process.env, ...this.env });
    const config = validateConfig({ NODE_ENV: 'test', ...this.env });
    const code = await printDifference(settings, config, json, (text) => void lines.push(text));
    return { code, text: lines.join('') };
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }
}

const governance = (keys: string): string => `governance: { organizations: { acme: { virtual_keys: { ${keys} } } } }\n`;
const CI = 'ci: { value: "${KEY_A}" }';
const BUILD = 'build: { value: "${KEY_B}" }';

const models = (gateway: TestGateway, key: string): Promise<Answer> =>
  gateway.call('/v1/models', { method: 'GET', headers: { authorization: `Bearer ${key}` } });

async function reload(gateway: TestGateway): Promise<void> {
  await gateway.app.get(GatewaySettingsStore, { strict: false }).reload();
}

// A reload reads the environment as it is then.
beforeAll(() => Object.assign(process.env, DECLARED_KEYS));
afterAll(() => {
  for (const name of Object.keys(DECLARED_KEYS)) delete process.env[name];
});

describe.each(ENGINES)('A gateway whose file declares keys, on %s', (_name, describeEngine, make) => {
  describeEngine('', () => {
    let made: TestDatabase;
    let site: Site;

    beforeEach(async () => {
      made = await make();
      site = await Site.at(made.url);
    });
    afterEach(async () => {
      await site.remove();
      await made.drop();
    });

    it('knows them from its first answer, follows the file, and shows what the file owns', async () => {
      await site.write(governance(CI));
      const planned = await site.difference();
      expect(planned.code).toBe(2);
      expect(planned.text).toContain('+ virtual_key organizations/acme/virtual_keys/ci\n');
      expect(planned.text).toMatch(/\n2 to create, 0 to change, 0 to remove\n$/);
      const gateway = await TestGateway.start({ env: site.env });
      try {
        expect((await models(gateway, DECLARED_KEYS.KEY_A)).status).toBe(200);
        expect(await site.difference()).toEqual({
          code: 0,
          text: 'No difference: the database holds what the file says.\n',
        });
        await site.write(governance(BUILD));
        const json = await site.difference(true);
        expect(JSON.parse(json.text)).toMatchObject({
          object: 'declared_difference',
          changes: [
            { action: 'create', address: 'organizations/acme/virtual_keys/build' },
            { action: 'delete', address: 'organizations/acme/virtual_keys/ci', fields: [] },
          ],
        });
        await reload(gateway);
        await statusWithin(2_000, 200, () => models(gateway, DECLARED_KEYS.KEY_B));
        expect((await models(gateway, DECLARED_KEYS.KEY_A)).status).toBe(401);

        const owner = await Admin.firstOwner(gateway);
        const { in_force, data, ...rest } = (await owner.get('/admin/v1/declared')).json();
        expect(data).toMatchObject([
          { object: 'declared_entity', kind: 'organization', address: 'organizations/acme' },
          { kind: 'virtual_key', address: 'organizations/acme/virtual_keys/build' },
        ]);
        expect(rest).toMatchObject({ object: 'list', superseded: false, last_error: null, has_more: false });
        expect(in_force).toMatchObject({ version: rest['version'], revision: 0 });

        // Each change of the file is in the audit log, in the words of the file.
        const audit = await owner.get('/admin/v1/audit?actor=asbru.yaml');
        expect(audit.text).not.toContain(DECLARED_KEYS.KEY_A);
        const events = audit.json()['data'] as Array<Record<string, unknown>>;
        const ofKeys = events.filter(({ action }) => String(action).startsWith('virtual_keys.'));
        const told = ofKeys.map(({ action, fields, actor }) => ({ action, fields, actor }));
        const actor = expect.objectContaining({ kind: 'file', id: 'asbru.yaml' });
        const [ci, build] = ['ci', 'build'].map((name) => `organizations/acme/virtual_keys/${name}`);
        expect(told).toHaveLength(3);
        expect(told).toEqual(
          expect.arrayContaining([
            {
              action: 'virtual_keys.create',
              actor,
              fields: expect.objectContaining({ address: ci, value: '(secret)' }),
            },
            { action: 'virtual_keys.create', actor, fields: expect.objectContaining({ address: build }) },
            { action: 'virtual_keys.delete', actor, fields: expect.objectContaining({ address: ci }) },
          ]),
        );
        expect(events.filter(({ action }) => action === 'organizations.create').map(({ chain }) => chain)).toContain(
          'platform',
        );

        // What is in the way is told, and the last good state stays.
        await owner.post('/admin/v1/virtual-keys', { name: 'theirs', key: DECLARED_KEYS.KEY_C });
        await site.write(governance('other: { value: "${KEY_C}" }'));
        await expect(site.difference()).rejects.toThrow('has this value already');
        await reload(gateway);
        const problem = await statusWithin(2_000, 200, async () => {
          const answer = await owner.get('/admin/v1/declared');
          const { last_error: error } = answer.json();
          return error === null ? await owner.get('/admin/v1/nothing') : answer;
        });
        expect(problem.text).toContain('a key of the API has this value already');
        expect((await models(gateway, DECLARED_KEYS.KEY_B)).status).toBe(200);
        expect(gateway.log.lines.join() + problem.text).not.toContain(DECLARED_KEYS.KEY_C);

        // Without the section the file says nothing: what is there stays.
        await site.write('');
        expect((await site.difference()).code).toBe(0);
        await reload(gateway);
        expect((await models(gateway, DECLARED_KEYS.KEY_B)).status).toBe(200);
      } finally {
        await gateway.close();
      }
    });
  });
});

describeOnPostgres('A file that changes while the database is away', () => {
  it('is applied when it is back', async () => {
    const made = await postgresDatabase();
    const outage = await Outage.before(made.url);
    const site = await Site.at(outage.url);
    await site.write(governance(CI));
    const gateway = await TestGateway.start({ env: site.env });
    try {
      outage.begin();
      await site.write(governance(`${CI}, ${BUILD}`));
      await reload(gateway);
      expect((await models(gateway, DECLARED_KEYS.KEY_A)).status).toBe(200);
      outage.end();
      await statusWithin(15_000, 200, () => models(gateway, DECLARED_KEYS.KEY_B));
    } finally {
      await gateway.close();
      await outage.close();
      await site.remove();
      await made.drop();
    }
  });
});
