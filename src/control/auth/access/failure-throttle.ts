/** How many failures an address has at once, and how long it takes to have one more, in milliseconds. */
export interface ThrottleTerms {
  readonly burst: number;
  readonly everyMs: number;
}

/** Most addresses that are remembered; the one that failed longest ago is forgotten first. */
const MOST = 10_000;

/** Counts failures by address, in constant memory: one moment for each (GCRA). */
export class FailureThrottle {
  /** By address: when its failures would be forgotten. In the order of the last failure. */
  private readonly until = new Map<string, number>();

  constructor(private readonly terms: ThrottleTerms) {}

  /** Notes a failure. Returns for how many milliseconds the address has failed too often; 0 while it has not. */
  note(address: string, now: number): number {
    const { burst, everyMs } = this.terms;
    const key = networkOf(address);
    const from = Math.max(now, this.until.get(key) ?? now);
    const excess = from + everyMs - now - burst * everyMs;
    if (excess > 0) return excess;
    this.until.delete(key);
    this.until.set(key, from + everyMs);
    if (this.until.size > MOST) this.forgetOldest();
    return 0;
  }

  private forgetOldest(): void {
    for (const key of this.until.keys()) {
      this.until.delete(key);
      return;
    }
  }
}

/** Who has one IPv6 address has a whole network of them. */
function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [left = '', right] = address.split('::', 2);
  const groups = left.split(':').filter((group) => group !== '');
  const missing = right === undefined ? 0 : 8 - groups.length - right.split(':').filter((group) => group !== '').length;
  const whole = [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...(right ?? '').split(':')];
  return `${whole.slice(0, 4).join(':')}::/64`;
}
