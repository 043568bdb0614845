import type { BudgetPeriod } from '../contract/terms.types.js';
import { claimOfBudget, claimsOf } from './claims.js';
import { budget, keyHolder, limit } from './fake-key-holder.js';

const NOW = Date.UTC(2026, 10, 22, 12);
const TARGETS = [{ provider: 'cerebras', kind: 'cerebras', model: 'gpt-oss-120b', maxOutputTokens: 40_000 }];
const ESTIMATE = { inputTokens: 100, outputTokens: 5_000, cost: 7, isOpen: false };
const windows = {
  at: ({ kind }: BudgetPeriod) => (kind === 'prepaid' ? { start: 0, end: Infinity } : { start: 5, end: 99 }),
};
const balances = {
  asOf: 0,
  of: () =>
    [
      [5, 10],
      [4, 20],
    ] as const,
};
const context = { windows, balances, now: NOW, isBounded: true };

describe('What a call takes', () => {
  it('is one of each budget and limit of all levels, the limits first', () => {
    const holder = keyHolder({
      budgets: [budget()],
      limits: [limit(), limit({ id: 'lim_2', metric: 'concurrency', windowMs: 0 })],
    });
    expect(
      claimsOf(holder, TARGETS, ESTIMATE, context).map(({ claim }) => [claim.counter, claim.kind, claim.amount]),
    ).toEqual([
      ['l:lim_1', 'rate', 1],
      ['l:lim_2', 'concurrency', 1],
      ['b:bud_1:5', 'budget', 7],
    ]);
  });

  it.each([
    ['another model', { models: ['llama-*'] }, 0],
    ['this model', { models: ['gpt-oss-*'] }, 1],
    ['this model of its provider', { models: ['cerebras/gpt-oss-120b'] }, 1],
    ['another provider', { providers: ['openai'] }, 0],
  ])('is nothing of what is about %s, if it is', (_, terms, count) => {
    const holder = keyHolder({ budgets: [budget(terms)], limits: [limit(terms)] });
    expect(claimsOf(holder, TARGETS, ESTIMATE, context)).toHaveLength(2 * count);
  });

  it.each([
    ['input_tokens', true, 100],
    ['output_tokens', true, 5_000],
    ['total_tokens', true, 5_100],
    // Nobody bounded the answer: it is taken to be an ordinary one.
    ['output_tokens', false, 1_024],
    ['total_tokens', false, 1_124],
  ] as const)('of %s, bounded: %s, is %d', (metric, isBounded, amount) => {
    const holder = keyHolder({ limits: [limit({ metric, limit: 100_000 })] });
    expect(claimsOf(holder, TARGETS, ESTIMATE, { ...context, isBounded })[0]?.claim.amount).toBe(amount);
  });

  it('is never more than a limit for the sake of an answer, and more for the sake of a prompt', () => {
    const amountOf = (of: number) =>
      claimsOf(keyHolder({ limits: [limit({ metric: 'total_tokens', limit: of })] }), TARGETS, ESTIMATE, context)[0]
        ?.claim.amount;
    expect(amountOf(1_000)).toBe(1_000);
    expect(amountOf(50)).toBe(100);
  });

  it('counts in the window that is, by what the ledger knows of it', () => {
    const { claim } = claimOfBudget(budget(), 7, windows, balances, NOW);
    expect(claim.counter).toBe('b:bud_1:5');
    expect(claim.seed?.()).toEqual([[5, 10]]);
    expect(claim.expiresAt).toBeGreaterThan(99);
  });

  it('of a rolling budget slides', () => {
    const { claim } = claimOfBudget(budget({ period: { kind: 'rolling', ms: 1_000 } }), 7, windows, balances, NOW);
    expect(claim).toMatchObject({ counter: 'b:bud_1', windowMs: 1_000, expiresAt: 0 });
    expect(claim.seed?.()).toHaveLength(2);
  });

  it('has the overrides that are in force', () => {
    const overrides = [
      { amount: 10, from: NOW - 1, until: NOW + 1 },
      { amount: 100, from: NOW - 9, until: NOW },
    ];
    expect(claimOfBudget(budget({ amount: 1, overrides }), 7, windows, balances, NOW).claim.limit).toBe(11);
  });
});
