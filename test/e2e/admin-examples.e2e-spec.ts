import { Admin } from '../support/admins.js';
import { startGateway, type TestGateway } from '../support/gateway.js';

interface Operation {
  readonly requestBody?: {
    readonly content: Record<string, { readonly examples?: Record<string, { value: object }> }>;
  };
}
type Paths = Record<string, { readonly post?: Operation; readonly patch?: Operation }>;

/** What Swagger UI offers to send: whoever explores the API presses Execute on it. */
describe('Examples of the admin API', () => {
  let gateway: TestGateway;
  let admin: Admin;
  let paths: Paths;

  beforeAll(async () => {
    gateway = await startGateway({ env: { DATABASE_URL: 'sqlite::memory:' } });
    admin = await Admin.firstOwner(gateway);
    paths = (await gateway.get('/docs/openapi.json')).json()['paths'] as Paths;
  });
  afterAll(() => gateway.close());

  const examplesOf = (operation: Operation | undefined): object[] =>
    Object.values(operation?.requestBody?.content['application/json']?.examples ?? {}).map(({ value }) => value);

  it.each(['organizations', 'customers', 'teams', 'projects', 'users', 'virtual-keys', 'budgets', 'rate-limits'])(
    'can be sent as they are: %s',
    async (name) => {
      const [made, changed] = [paths[`/admin/v1/${name}`]?.post, paths[`/admin/v1/${name}/{id}`]?.patch].map(
        examplesOf,
      );
      expect(made).not.toHaveLength(0);
      expect(changed).not.toHaveLength(0);
      let id = '';
      for (const body of made ?? []) {
        const answer = await admin.post(`/admin/v1/${name}`, body);
        expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
        id = String(answer.json()['id']);
      }
      for (const body of changed ?? []) {
        const answer = await admin.call('PATCH', `/admin/v1/${name}/${id}`, body);
        expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
      }
    },
  );
});
