/** How a simulated target does at one moment. */
export interface Conditions {
  /** Median time to the first token of a prompt of 1,000 tokens, without load. */
  firstTokenMs: number;
  /** Share of the requests that fail. */
  errorShare: number;
  /** How long a failing request takes to fail. */
  errorMs: number;
  tokensPerSecond: number;
}

export interface SimulatedTarget {
  key: string;
  weight: number;
  /** Conditions at a time of the run, in seconds. */
  at(second: number): Conditions;
  /** A bucket of requests that refills continuously; the answers' headers state it. */
  requestsPerMinute?: number;
}

export interface Scenario {
  name: string;
  what: string;
  targets: SimulatedTarget[];
  /** The key whose requests are counted apart. */
  sick: string;
  seconds: number;
  requestsPerSecond: number;
}

const WELL: Conditions = { firstTokenMs: 200, errorShare: 0.01, errorMs: 100, tokensPerSecond: 1_500 };
const DEAD: Conditions = { ...WELL, errorShare: 1, errorMs: 1_000 };
const FAULT_AT = 20;

const well = (key: string): SimulatedTarget => ({ key, weight: 1, at: () => WELL });
const sick = (at: (second: number) => Conditions, rest: Partial<SimulatedTarget> = {}): SimulatedTarget => ({
  key: 'sick',
  weight: 1,
  at,
  ...rest,
});

/** Three keys, of which one is sick; 1 % of all requests fail in any case. */
function scenario(name: string, what: string, target: SimulatedTarget): Scenario {
  return {
    name,
    what,
    targets: [target, well('second'), well('third')],
    sick: 'sick',
    seconds: 120,
    requestsPerSecond: 100,
  };
}

export const SCENARIOS: readonly Scenario[] = [
  scenario(
    'slow key',
    'from 20 s on, 10 times as slow to the first token; 3 s are the deadline',
    sick((second) => (second < FAULT_AT ? WELL : { ...WELL, firstTokenMs: 2_000, tokensPerSecond: 300 })),
  ),
  scenario(
    'failing key',
    'from 20 s on, 40 % of its requests fail after 1 s',
    sick((second) => (second < FAULT_AT ? WELL : { ...WELL, errorShare: 0.4, errorMs: 1_000 })),
  ),
  scenario(
    'quota-limited key',
    '10 requests per second allowed, a third of 100 wanted',
    sick(() => WELL, { requestsPerMinute: 600 }),
  ),
  scenario(
    'flapping primary',
    'three times the weight of the others; 10 s up, 10 s dead, and so on',
    sick((second) => (second % 20 < 10 ? WELL : DEAD), { weight: 3 }),
  ),
  scenario(
    'recovery',
    'dead from 20 s to 50 s, then well',
    sick((second) => (second >= FAULT_AT && second < 50 ? DEAD : WELL)),
  ),
];
