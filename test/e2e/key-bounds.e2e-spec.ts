import { Admin } from '../support/admins.js';
import { CHAT, MODEL, startGateway, type TestGateway } from '../support/gateway.js';

const PATHS = [
  ['chat', '/v1/chat/completions', CHAT, 'max_completion_tokens', 'max_completion_tokens'],
  ['text completions', '/v1/completions', { model: MODEL, prompt: 'Hello' }, 'max_tokens', 'max_tokens'],
  ['responses', '/v1/responses', { model: MODEL, input: 'Hello' }, 'max_output_tokens', 'max_completion_tokens'],
  [
    'messages',
    '/anthropic/v1/messages',
    { model: MODEL, messages: CHAT.messages, max_tokens: 9_000 },
    'max_tokens',
    'max_completion_tokens',
  ],
] as const;

/** What is held for a call is worked out from the bound of its answer, so that bound has to reach the upstream. */
describe('The bound of an answer, on every endpoint', () => {
  let gateway: TestGateway;
  let admin: Admin;

  beforeAll(async () => {
    gateway = await startGateway({ env: { ASBRU_AUTH: 'required', DATABASE_URL: 'sqlite::memory:' } });
    admin = await Admin.firstOwner(gateway);
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.reset());

  const keyWith = async (terms: Record<string, unknown>): Promise<Record<string, unknown>> => {
    const body = { name: 'bounded', allowed_providers: ['*'], allowed_models: ['*'], ...terms };
    const answer = await admin.post('/admin/v1/virtual-keys', body);
    if (answer.status !== 200) throw new Error(answer.text);
    return answer.json();
  };
  const ask = (path: string, body: unknown, key: Record<string, unknown>) =>
    gateway.post(path, body, { 'x-asbru-key': String(key['key']) });

  it.each(PATHS)("is the key's: %s", async (_name, path, body, asked, sent) => {
    const key = await keyWith({ max_output_tokens: 40, budgets: [{ amount_usd: '0.01', period: 'day' }] });
    for (const wanted of [{}, { [asked]: 9_000 }, { [asked]: 20 }]) {
      const answer = await ask(path, { ...body, ...wanted }, key);
      expect(answer.status).toBe(200);
      expect(gateway.sentBody[sent]).toBe(wanted[asked] === 20 ? 20 : 40);
    }
  });

  it.each(PATHS)("is the policy's, by whichever of its names: %s", async (_name, path, body, _asked, sent) => {
    for (const name of ['max_completion_tokens', 'max_tokens', 'max_output_tokens']) {
      const key = await keyWith({});
      const rule = { name, scope: 'virtual_key', scope_id: key['id'], effect: 'cap', expression: 'true' };
      expect((await admin.post('/admin/v1/policies', { ...rule, caps: { [name]: 30 } })).status).toBe(200);
      expect((await ask(path, body, key)).status).toBe(200);
      expect(gateway.sentBody[sent]).toBe(30);
    }
  });

  it('keeps a hard budget', async () => {
    const key = await keyWith({ max_output_tokens: 40, budgets: [{ amount_usd: '0.0001', period: 'day' }] });
    gateway.sandbox.answerWith(...Array.from({ length: 10 }, () => ({ text: 'word '.repeat(4_000) })));
    const statuses: number[] = [];
    for (let call = 0; call < 10; call++) statuses.push((await ask('/v1/chat/completions', CHAT, key)).status);
    expect(new Set(statuses)).toEqual(new Set([200, 402]));
    const [budget] = (await gateway.get('/v1/key', { 'x-asbru-key': String(key['key']) })).json()['budgets'] as Array<{
      spent_usd: string;
    }>;
    expect(Number(budget?.spent_usd)).toBeGreaterThan(0.00005);
    expect(Number(budget?.spent_usd)).toBeLessThanOrEqual(0.0001);
  });
});
