import { type Random, SeededRandom } from '../../src/common/random/random.port.js';
import type { Clock } from '../../src/common/time/clock.port.js';
import { ManualClock } from '../../src/common/time/manual-clock.js';
import { AdaptiveBalancer } from '../../src/gateway/routing/balancing/adaptive-balancer.js';
import { WeightedTargets } from '../../src/gateway/routing/balancing/weighted-targets.js';
import { HealthBook } from '../../src/gateway/routing/health/health-book.js';
import { HealthAwareGateway, type SimulatedGateway, type SimulatedRequest, StaticWeights } from './gateways.js';
import type { Scenario } from './scenarios.js';
import { SimulatedUpstream } from './simulated-upstream.js';

/** `static` knows weights alone; `weighted` has breakers, cooldowns and quotas too; `adaptive` also moves the weights. */
export const STRATEGIES = ['static', 'weighted', 'adaptive'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** What a run showed. Times count from the request's arrival, with failed attempts in them. */
export interface Figures {
  requests: number;
  attempts: number;
  /** Share of the attempts that failed or were refused. */
  attemptErrors: number;
  /** Share of the requests that got no answer. */
  errors: number;
  p50: number;
  p95: number;
  /** Attempts that the sick target received. */
  sick: number;
  /** Its share of the attempts of the last 20 s. */
  sickShareAtEnd: number;
}

/** The first try and one retry. */
const MOST_ATTEMPTS = 2;

/** Runs a scenario in virtual time; the same seed gives the same figures. */
export function simulate(scenario: Scenario, strategy: Strategy, seed: number): Figures {
  const clock = new ManualClock();
  const upstreams = new Map(
    scenario.targets.map((target, index) => [
      target.key,
      new SimulatedUpstream(target, clock, new SeededRandom(seed + 100 + index)),
    ]),
  );
  const random = new SeededRandom(seed + 1);
  const gateway = gatewayOf(strategy, scenario, clock, random);
  const run = new Run(clock, upstreams, gateway);
  // Arrivals and sizes have a source of their own, so that both strategies meet the same requests.
  const load = new SeededRandom(seed);
  const endMs = scenario.seconds * 1000;
  const arrive = (): void => {
    // A Poisson process.
    const pauseMs = (-Math.log(1 - load.next()) * 1000) / scenario.requestsPerSecond;
    const request: SimulatedRequest = {
      promptTokens: Math.round(1_000 * Math.exp(0.8 * (load.next() * 2 - 1))),
      completionTokens: Math.round(50 + 500 * load.next()),
    };
    if (clock.now() + pauseMs >= endMs) return;
    clock.after(pauseMs, () => {
      run.start(request);
      arrive();
    });
  };
  arrive();
  clock.runUntil(endMs - 20_000);
  const before = run.sent(scenario.sick);
  clock.runUntil(endMs);
  const after = run.sent(scenario.sick);
  clock.runUntil(endMs + 60_000);
  return run.figures(scenario.sick, (after.sick - before.sick) / (after.all - before.all));
}

function gatewayOf(strategy: Strategy, { targets }: Scenario, clock: Clock, random: Random): SimulatedGateway {
  if (strategy === 'static') return new StaticWeights(targets, random);
  const book = new HealthBook(clock);
  const Order = strategy === 'weighted' ? WeightedTargets : AdaptiveBalancer;
  return new HealthAwareGateway(targets, clock, book, new Order(book, clock, random));
}

class Run {
  private requests = 0;
  private attempts = 0;
  private failedAttempts = 0;
  private errors = 0;
  private readonly firstTokens: number[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly upstreams: ReadonlyMap<string, SimulatedUpstream>,
    private readonly gateway: SimulatedGateway,
  ) {}

  start(request: SimulatedRequest): void {
    this.requests++;
    this.attempt(request, this.gateway.route(request), this.clock.now(), 1);
  }

  sent(key: string): { sick: number; all: number } {
    return { sick: this.upstreams.get(key)?.received ?? 0, all: this.attempts };
  }

  figures(sick: string, sickShareAtEnd: number): Figures {
    const sorted = this.firstTokens.toSorted((a, b) => a - b);
    return {
      requests: this.requests,
      attempts: this.attempts,
      attemptErrors: this.failedAttempts / this.attempts,
      errors: this.errors / this.requests,
      p50: sorted[Math.floor(sorted.length * 0.5)] ?? 0,
      p95: sorted[Math.floor(sorted.length * 0.95)] ?? 0,
      sick: this.sent(sick).sick,
      sickShareAtEnd,
    };
  }

  private attempt(
    request: SimulatedRequest,
    route: ReturnType<SimulatedGateway['route']>,
    arrivedAt: number,
    number: number,
  ): void {
    const { value } = route.next();
    const upstream = value && this.upstreams.get(value.key);
    if (!upstream) {
      this.errors++;
      return;
    }
    this.attempts++;
    const { ears } = value;
    const course = upstream.receive(request.promptTokens, request.completionTokens);
    if (course.kind === 'answer') {
      this.clock.after(course.firstTokenMs, () => {
        this.firstTokens.push(this.clock.now() - arrivedAt);
        ears.firstToken(course.firstTokenMs, course.headers);
        this.clock.after(course.generationMs, () => ears.finished(course.generationMs));
      });
      return;
    }
    this.clock.after(course.afterMs, () => {
      this.failedAttempts++;
      if (course.kind === 'limited') ears.limited(course.headers);
      else ears.failed();
      if (number < MOST_ATTEMPTS) this.attempt(request, route, arrivedAt, number + 1);
      else this.errors++;
    });
  }
}
