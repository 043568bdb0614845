import { type Entity, Governed } from '../support/governed.js';

const LEVELS = [
  ['organizations', {}],
  ['customers', {}],
  ['teams', {}],
  ['projects', {}],
  ['users', { email: 'ada@example.com' }],
  ['virtual-keys', {}],
] as const;
const TERMS = {
  budgets: [{ name: 'Monthly', amount_usd: '5.00', period: 'month' }],
  rate_limits: [{ metric: 'requests', limit: 60, window: '1m' }],
};

describe('Budgets and rate limits of a level', () => {
  let governed: Governed;

  beforeAll(async () => {
    governed = await Governed.start();
  });
  afterAll(() => governed.close());

  describe.each(LEVELS)('of %s', (path, more) => {
    let entity: Entity;

    beforeAll(async () => {
      entity = await governed.make(path, { name: path, ...more, ...TERMS });
    });

    it('are taken when it is made', () => {
      expect(entity['budgets']).toMatchObject([{ name: 'Monthly', amount_micros: 5_000_000 }]);
      expect(entity['rate_limits']).toMatchObject([{ metric: 'requests', limit: 60 }]);
    });

    it.each([
      ['budgets', 'POST /admin/v1/budgets', 'DELETE /admin/v1/budgets/{id}'],
      ['rate_limits', 'POST /admin/v1/rate-limits', 'DELETE /admin/v1/rate-limits/{id}'],
      ['organization_id', 'stays in its organization', ''],
    ])('are not changed with it, and %s are told where', async (field, ...parts) => {
      const value = field === 'organization_id' ? 'org_other' : TERMS[field as keyof typeof TERMS];
      const answer = await governed.owner.call('PATCH', `/admin/v1/${path}/${entity.id}`, { [field]: value });
      expect([answer.status, answer.error.code, answer.error.param]).toEqual([400, 'unsupported_parameter', field]);
      for (const part of [`'${field}'`, ...parts]) expect(answer.error.message).toContain(part);
    });
  });

  it('are changed by the routes that the refusal names', async () => {
    const key = await governed.key(TERMS);
    const level = { level: 'virtual_key', level_id: key.id };
    await governed.make('budgets', { ...level, name: 'Daily', amount_usd: '1.00', period: 'day' });
    await governed.make('rate-limits', { ...level, metric: 'concurrency', limit: 2 });
    const [limit] = key['rate_limits'] as Entity[];
    await governed.change(`rate-limits/${limit?.id}`, { limit: 30 });
    const whole = (await governed.owner.get(`/admin/v1/virtual-keys/${key.id}`)).json();
    expect(whole).toMatchObject({
      budgets: expect.arrayContaining([expect.objectContaining({ name: 'Daily' })]),
      rate_limits: expect.arrayContaining([
        expect.objectContaining({ metric: 'requests', limit: 30 }),
        expect.objectContaining({ metric: 'concurrency' }),
      ]),
    });
  });

  it('and the secret of a key are told apart: that is rotated', async () => {
    const { id } = await governed.key();
    const answer = await governed.owner.call('PATCH', `/admin/v1/virtual-keys/${id}`, { key: 'sk-bf-1' });
    expect([answer.status, answer.error.param]).toEqual([400, 'key']);
    expect(answer.error.message).toContain('POST /admin/v1/virtual-keys/{id}/rotate');
  });
});
