import { Logger } from '@nestjs/common';
import { array, assert, asyncProperty, constantFrom, nat, record } from 'fast-check';
import { admin, type ControlAnswer, ControlApp } from '../support/control-app.js';
import { ENGINES, type TestDatabase } from '../support/databases.js';

beforeAll(() => Logger.overrideLogger(false));

const SECRET = 'a secret of at least thirty-two characters';
const KINDS = ['customers', 'teams', 'projects', 'users', 'virtual-keys', 'budgets', 'rate-limits'] as const;
type Kind = (typeof KINDS)[number];

/** What a tenant makes, with a parent that may be anybody's. */
function draft(kind: Kind, parent: string, n: number): object {
  const under = parent.startsWith('team_')
    ? { team_id: parent }
    : parent.startsWith('cust_')
      ? { customer_id: parent }
      : {};
  const level = { level: parent.startsWith('team_') ? 'team' : 'customer', level_id: parent };
  switch (kind) {
    case 'users':
      return { name: `u${n}`, email: `u${n}@x.org` };
    case 'customers':
      return { name: `c${n}` };
    case 'teams':
      return { name: `t${n}`, ...(parent.startsWith('cust_') && under) };
    case 'budgets':
      return { ...level, amount_usd: 1, period: 'day' };
    case 'rate-limits':
      return { ...level, metric: 'requests', limit: 1, window: '1s' };
    default:
      return { name: `x${n}`, ...under };
  }
}

/** Every row of a tenant, as the installation sees it. */
async function everything(control: ControlApp, organization: string): Promise<string> {
  control.become(admin(null));
  const answers = [];
  for (const kind of KINDS) {
    answers.push((await control.call('GET', `${kind}?limit=100&organization_id=${organization}`)).body);
  }
  return JSON.stringify(answers);
}

interface Target {
  readonly id: string;
  readonly kind: Kind;
  readonly owner: string;
}

const CHANGES: Partial<Record<Kind, object>> = { 'rate-limits': { limit: 2 } };
const LEVELS_ONLY = new Set<Kind>(['budgets', 'rate-limits']);

/** What a tenant may try with a row that may be another's. */
const TRIES: Readonly<Record<string, (control: ControlApp, row: Target, n: number) => Promise<ControlAnswer>>> = {
  read: (control, { kind, id }) => control.call('GET', `${kind}/${id}`),
  change: (control, { kind, id }) => control.call('PATCH', `${kind}/${id}`, CHANGES[kind] ?? { name: 'n' }),
  delete: (control, { kind, id }) => control.call('DELETE', `${kind}/${id}`),
  cascade: (control, { kind, id }) =>
    control.call('DELETE', `${kind}/${id}${LEVELS_ONLY.has(kind) ? '' : '?cascade=true'}`),
  rotate: (control, { id }) => control.call('POST', `virtual-keys/${id}/rotate`, {}),
  revoke: (control, { id }) => control.call('POST', `virtual-keys/${id}/revoke`, {}),
  join: (control, { id }) => control.call('POST', `teams/${id}/members`, { user_id: id }),
  after: (control, { kind, id }) => control.call('GET', `${kind}?after=${id}`),
  budget: (control, { id }, n) => control.call('POST', 'budgets', draft('budgets', id, n)),
  limit: (control, { id }, n) => control.call('POST', 'rate-limits', draft('rate-limits', id, n)),
  settle: (control, { owner }) => control.call('POST', 'customers', { name: 'x', organization_id: owner }),
};
const MAKES = ['customers', 'teams', 'projects', 'users', 'virtual-keys'] as const;

describe.each(ENGINES)('Tenants on %s', (_name, describeEngine, make) => {
  describeEngine('', () => {
    let made: TestDatabase;
    let control: ControlApp;
    beforeAll(async () => {
      made = await make();
      control = await ControlApp.start({ DATABASE_URL: made.url, ASBRU_SECRET: SECRET });
    });
    afterAll(async () => {
      await control.close();
      await made.drop();
    });

    it('never see or change what is another tenant’s, whatever they do', async () => {
      const tenants: string[] = [];
      for (const name of ['A', 'B', 'C']) tenants.push((await control.make('organizations', { name })).id);
      const rows: Target[] = [];
      let count = 0;
      const fill = async (owner: string, kind: Kind, parent: string): Promise<void> => {
        control.become(admin(owner));
        const answer = await control.call('POST', kind, draft(kind, parent, (count += 1)));
        if (answer.status === 200) rows.push({ id: String(answer.body.id), kind, owner });
      };
      for (const owner of tenants) for (const kind of MAKES) await fill(owner, kind, '');
      const step = record({
        who: nat(2),
        target: nat(),
        what: constantFrom(...Object.keys(TRIES)),
        kind: constantFrom(...MAKES),
      });
      const hits: string[] = [];
      const property = asyncProperty(array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        for (const { who, target, what, kind } of steps) {
          const me = tenants[who] ?? '';
          const foreign = rows.filter(({ owner }) => owner !== me);
          const row = foreign[target % foreign.length];
          const attempt = TRIES[what];
          if (!row || !attempt) throw new Error('There is nothing to try');
          const others = tenants.filter((one) => one !== me);
          const before = await Promise.all(others.map((one) => everything(control, one)));
          control.become(admin(me));
          const { status } = await attempt(control, row, (count += 1));
          if (status !== 404) hits.push(`${what} of ${row.kind}: ${status}`);
          // Under a parent of somebody else, and one of his own.
          await fill(me, kind, row.id);
          await fill(me, kind, '');
          const mine = rows.filter(({ owner }) => owner === me);
          const own = mine[target % mine.length];
          control.become(admin(me));
          if (own) await attempt(control, own, (count += 1));
          const { body } = await control.call('GET', `${kind}?limit=100`);
          const seen = new Set((body.data as Array<{ organization_id: string }>).map((one) => one.organization_id));
          for (const one of others) if (seen.has(one)) hits.push(`list of ${kind}`);
          const after = await Promise.all(others.map((one) => everything(control, one)));
          if (JSON.stringify(after) !== JSON.stringify(before)) hits.push(`${what} of ${row.kind} changed another's`);
        }
        expect(hits).toEqual([]);
      });
      await assert(property, { numRuns: 8 });
    }, 120_000);
  });
});
