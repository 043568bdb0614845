import { LedgerBalances } from './ledger-balances.js';

describe('Balances in memory', () => {
  it('count what has ended at once, and once when it is stored', () => {
    const balances = new LedgerBalances();
    balances.load([{ budgetId: 'b', windowStart: 100, spent: 50, countsUntil: 200 }], 1);
    balances.charge([['b', 100, 200]], 7);
    expect(balances.of('b', 100)).toEqual([[100, 57]]);
    balances.confirm([['b', 100, 200]], 7);
    expect(balances.of('b', 100)).toEqual([[100, 57]]);
    // What the database says has it too by now.
    balances.load([{ budgetId: 'b', windowStart: 100, spent: 60, countsUntil: 200 }], 1);
    expect(balances.of('b', 100)).toEqual([[100, 60]]);
  });

  it('are those of windows that end later', () => {
    const balances = new LedgerBalances();
    for (const [start, until] of [
      [0, undefined],
      [100, 200],
      [200, 300],
      [300, 400],
    ] as const) {
      balances.charge([['b', start, until]], 1);
    }
    expect(balances.of('b', 200).map(([start]) => start)).toEqual([200, 300]);
    expect(balances.of('b', 250).map(([start]) => start)).toEqual([200, 300]);
    expect(balances.of('b', 400)).toEqual([]);
    expect(balances.of('other', 0)).toEqual([]);
  });

  it('of a prepaid budget never end', () => {
    const balances = new LedgerBalances();
    balances.charge([['b', 0, Infinity]], 5);
    balances.confirm([['b', 0, Infinity]], 5);
    balances.prune(Number.MAX_SAFE_INTEGER);
    expect(balances.of('b', Date.now())).toEqual([[0, 5]]);
  });

  it('are forgotten when their window is over and all of it is stored', () => {
    const balances = new LedgerBalances();
    balances.charge([['b', 100, 200]], 5);
    balances.prune(300);
    expect(balances.of('b', 0)).toEqual([[100, 5]]);
    balances.confirm([['b', 100, 200]], 5);
    balances.prune(300);
    expect(balances.of('b', 0)).toEqual([]);
  });
});
