import { GatewayError } from '../../../common/errors/gateway-error.js';
import { keyHolder } from '../../../control/governance/fake-key-holder.js';
import type { KeyHolder } from '../../../control/keys/key-directory.port.js';
import { CALLER_KEY } from '../../providers/attempt.js';
import { makeTarget } from '../health/target.js';
import { permittedPlan, unknownOrRefused } from './permitted-plan.js';
import type { RoutePlan } from './route-plan.js';

const TARGETS = [
  makeTarget({ provider: 'cerebras', key: 'main', model: 'gpt-oss-120b', tier: 0 }),
  makeTarget({ provider: 'cerebras', key: 'spare', model: 'gpt-oss-120b', tier: 0 }),
  makeTarget({ provider: 'openai', key: 'main', model: 'gpt-4o', tier: 1 }),
];

function planOf(targets = TARGETS, names = ['fast', 'openai/gpt-4o']): RoutePlan {
  const order = { order: () => [], explain: () => [] };
  const hedge = { enabled: false, percentile: 95, minMs: 0 };
  return {
    targets,
    names,
    order,
    hedge,
    isRenamed: true,
    sparing: true,
    fallbackOnContentFilter: false,
    resume: 'off',
  };
}

const idsOf = (plan: RoutePlan): string[] => plan.targets.map(({ id }) => id);
const left = (terms: Partial<KeyHolder>): string[] => idsOf(permittedPlan(planOf(), keyHolder(terms)));

function refusal(terms: Partial<KeyHolder>): string {
  try {
    left(terms);
  } catch (error) {
    if (error instanceof GatewayError) return `${error.status} ${error.code}: ${error.message}`;
    throw error;
  }
  return 'none';
}

describe('What a key may use of a plan', () => {
  it('is all of it, as the very same plan, when nothing is kept from it', () => {
    const plan = planOf();
    expect(permittedPlan(plan, keyHolder())).toBe(plan);
  });

  it('is kept, so that orders keep their figures', () => {
    const plan = planOf();
    const holder = keyHolder({ allowedProviders: ['openai'] });
    expect(permittedPlan(plan, holder)).toBe(permittedPlan(plan, holder));
  });

  it.each([
    ['a provider', { allowedProviders: ['openai'] }, ['openai/gpt-4o#main']],
    ['a bare model', { allowedModels: ['gpt-oss-*'] }, ['cerebras/gpt-oss-120b#main', 'cerebras/gpt-oss-120b#spare']],
    ['a model of a provider', { allowedModels: ['openai/*'] }, ['openai/gpt-4o#main']],
    [
      'a name of the operator',
      { allowedModels: ['fast'] },
      ['cerebras/gpt-oss-120b#main', 'cerebras/gpt-oss-120b#spare'],
    ],
    [
      'a model that is not denied',
      { deniedModels: ['gpt-4*'] },
      ['cerebras/gpt-oss-120b#main', 'cerebras/gpt-oss-120b#spare'],
    ],
    ['a key of a provider', { allowedUpstreamKeys: ['cerebras/spare'] }, ['cerebras/gpt-oss-120b#spare']],
  ])('is what %s allows', (_, terms, expected) => {
    expect(left(terms)).toEqual(expected);
  });

  it('has a fallback only by its own name', () => {
    expect(left({ allowedModels: ['fast'] })).not.toContain('openai/gpt-4o#main');
  });

  it.each([
    ['no provider', { allowedProviders: [] }, '403 provider_not_allowed'],
    ['no model', { allowedModels: [] }, '403 model_not_allowed'],
    ['only a denied model', { allowedModels: ['fast'], deniedModels: ['fast'] }, '403 model_not_allowed'],
    ['no key of a provider', { allowedUpstreamKeys: [] }, '403 provider_not_allowed'],
  ])('is refused with %s', (_, terms, expected) => {
    expect(refusal(terms)).toContain(expected);
  });

  it('takes a key that the caller sent himself, whatever the names of the others', () => {
    const own = planOf([makeTarget({ provider: 'openai', key: CALLER_KEY, model: 'gpt-4o', tier: 0 })], ['gpt-4o']);
    expect(idsOf(permittedPlan(own, keyHolder({ allowedUpstreamKeys: [] })))).toHaveLength(1);
  });

  it('says no more of an unknown model than of one that is not allowed', () => {
    const unknown = new GatewayError('model_not_found', "The model 'x' does not exist. Did you mean 'secret-model'?");
    expect(unknownOrRefused(unknown, 'x', keyHolder()).code).toBe('model_not_found');
    const { code, message } = unknownOrRefused(unknown, 'x', keyHolder({ allowedModels: ['gpt-*'] }));
    expect(code).toBe('model_not_allowed');
    expect(message).not.toContain('secret-model');
  });
});
