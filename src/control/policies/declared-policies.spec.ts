import { parseSettings } from '../../config/file/settings-loader.js';
import { declaredPolicyProblems } from './declared-policies.port.js';

const FILE = `version: 1
providers: { a: { type: cerebras, keys: [{ name: k, value: v }] } }
governance:
  policies: { first: { effect: deny, expression: "model == 1" } }
  organizations:
    acme:
      policies: { good: { effect: deny, expression: "true" } }
      teams: { t: { policies: { bad: { effect: deny, expression: "true &&\\n x" } } } }
`;

describe('Expressions of the file', () => {
  it('are checked, and named by their path', async () => {
    const { governance } = parseSettings(Buffer.from(FILE), 'asbru.yaml', {});
    if (!governance) throw new Error('no governance');
    expect(await declaredPolicyProblems(governance)).toEqual([
      {
        path: 'governance.policies.first.expression',
        message: 'line 1, column 1: no such overload: string == int',
      },
      {
        path: 'governance.organizations.acme.teams.t.policies.bad.expression',
        message: 'line 2, column 2: Unknown variable: x',
      },
    ]);
  });
});
