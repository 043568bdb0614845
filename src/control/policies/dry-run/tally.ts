import type { DryRunCountDto } from '../dto/dry-run.dto.js';
import type { Judgement } from './judge-request.js';

/** Groups that an answer names. */
const MOST_GROUPS = 100;

/** Counts by one thing that requests have. */
export class Tally {
  private readonly groups = new Map<string | null, DryRunCountDto>();

  /** @param of undefined for a request that has none */
  add(of: { readonly id: string; readonly name?: string } | undefined, judgement: Judgement): void {
    const id = of?.id ?? null;
    let group = this.groups.get(id);
    if (!group) this.groups.set(id, (group = { id, name: of?.name ?? null, requests: 0, hits: 0, unknown: 0 }));
    group.requests += 1;
    if (judgement === 'unknown') group.unknown += 1;
    else if (judgement !== 'miss') group.hits += 1;
  }

  /** Those that are hit, or may be, the most hit first. */
  get counts(): DryRunCountDto[] {
    return [...this.groups.values()]
      .filter(({ hits, unknown }) => hits + unknown > 0)
      .toSorted((one, other) => other.hits - one.hits || other.unknown - one.unknown)
      .slice(0, MOST_GROUPS);
  }
}
