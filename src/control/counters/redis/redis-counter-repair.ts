import { randomBytes } from 'node:crypto';
import type { RedisLink } from '../../../persistence/redis-link.js';
import { counterName } from '../claim-rules.js';
import { CounterRepair, type RepairStanding } from '../counter-repair.port.js';
import type { Claim } from '../counters.port.js';
import { READ } from './counter-scripts.js';
import { listOf, prefixOf } from './hold-call.js';
import { LEAD, REPAIR } from './repair-scripts.js';

/** Numbers of one counter in an answer of READ. */
const STANDING = 5;

/** Corrects the counters in Redis. Everything here rejects when Redis does not answer. */
export class RedisCounterRepair extends CounterRepair {
  override readonly isNeeded = true;
  private readonly node = randomBytes(9).toString('base64url');

  constructor(
    private readonly link: RedisLink,
    private readonly namespace = 'asbru',
  ) {
    super();
  }

  override async lead(scope: string, forMs: number): Promise<boolean> {
    const prefix = this.prefixOf(scope);
    return Number(await this.link.run(LEAD, [`${prefix}epoch`], [prefix, this.node, String(forMs)])) === 1;
  }

  override async standings(
    scope: string,
    claims: readonly Claim[],
  ): Promise<ReadonlyArray<RepairStanding | undefined>> {
    const prefix = this.prefixOf(scope);
    const reply = await this.link.run(READ, [`${prefix}epoch`], [prefix, ...claims.map(counterName)]);
    const numbers = listOf(reply).map(Number);
    return claims.map((_, index) => {
      const [known, used = 0, held = 0, , orphaned = 0] = numbers.slice(index * STANDING, (index + 1) * STANDING);
      return known === 1 ? { used, held, orphaned } : undefined;
    });
  }

  override raise(scope: string, claim: Claim, floor: number): Promise<number> {
    return this.repair(scope, claim, 'raise', floor);
  }

  override async lower(scope: string, claim: Claim, amount: number): Promise<void> {
    await this.repair(scope, claim, 'lower', amount);
  }

  private async repair(scope: string, claim: Claim, how: 'raise' | 'lower', amount: number): Promise<number> {
    const prefix = this.prefixOf(scope);
    const args = [prefix, counterName(claim), how, String(amount)];
    return Number(await this.link.run(REPAIR, [`${prefix}epoch`], args));
  }

  private prefixOf(scope: string): string {
    return prefixOf(this.namespace, scope);
  }
}
