import type { Claim, Lease } from './counters.port.js';

/** More claims than this are compared by a set: a call has six or so, and comparing those costs less. */
const FEW = 12;

/**
 * What a counter is called inside its scope. One whose window or kind was changed is another counter, so that nodes with
 * the old terms and nodes with the new ones do not count in each other's buckets.
 */
export function counterName({ kind, windowMs, counter }: Claim): string {
  return `${kind.charAt(0)}${windowMs}:${counter}`;
}

/** @throws RangeError for a lease that nobody can count: two claims on one counter, or an amount that is no amount */
export function checkLease({ claims, id }: Lease): void {
  if (id === '') throw new RangeError('A lease has an empty id');
  for (const claim of claims) {
    checkAmount(claim.amount, claim.counter);
    if (!isAmount(claim.limit)) throw new RangeError(`The limit of ${claim.counter} is ${claim.limit}`);
    if (!isAmount(claim.windowMs)) throw new RangeError(`The window of ${claim.counter} is ${claim.windowMs}`);
    if (!(claim.expiresAt >= 0)) throw new RangeError(`The end of ${claim.counter} is ${claim.expiresAt}`);
  }
  const twice = repeated(claims);
  if (twice !== undefined) throw new RangeError(`A lease claims ${twice} twice`);
}

/** @throws RangeError when there is not one amount for each claim */
export function checkAmounts(claims: readonly Claim[], amounts: readonly number[]): void {
  if (amounts.length !== claims.length) {
    throw new RangeError(`There are ${amounts.length} amounts for ${claims.length} claims`);
  }
  for (const [index, amount] of amounts.entries()) checkAmount(amount, claims[index]?.counter ?? '');
}

/** An integer that a double holds exactly, and no debt. */
export function isAmount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** What a claim's counter begins with, checked. @throws RangeError for an amount that is none */
export function seedOf(claim: Claim): ReadonlyArray<readonly [at: number, amount: number]> {
  const pairs = claim.seed?.() ?? [];
  for (const [at, amount] of pairs) {
    checkAmount(amount, claim.counter);
    if (Number.isNaN(at)) throw new RangeError(`The seed of ${claim.counter} has no moment`);
  }
  return pairs;
}

function checkAmount(amount: number, counter: string): void {
  if (!isAmount(amount)) throw new RangeError(`The amount for ${counter} is ${amount}`);
}

function repeated(claims: readonly Claim[]): string | undefined {
  if (claims.length > FEW) {
    const seen = new Set<string>();
    for (const { counter } of claims) {
      if (seen.has(counter)) return counter;
      seen.add(counter);
    }
    return undefined;
  }
  for (let later = 1; later < claims.length; later++) {
    const name = claims[later]?.counter;
    for (let earlier = 0; earlier < later; earlier++) if (claims[earlier]?.counter === name) return name;
  }
  return undefined;
}
