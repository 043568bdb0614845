import type { Random } from '../../src/common/random/random.port.js';
import { exhaustedWaitMs, resetMs, statedWaitMs } from '../../src/common/http/retry-after.js';
import type { Clock } from '../../src/common/time/clock.port.js';
import { CerebrasQuotas } from '../../src/gateway/providers/cerebras/quota/cerebras-quotas.js';
import { isNoRoom } from '../../src/gateway/providers/cerebras/quota/quota.port.js';
import type { TargetOrder } from '../../src/gateway/routing/balancing/target-order.port.js';
import { drawIndex } from '../../src/gateway/routing/balancing/weighted-choice.js';
import type { HealthBook } from '../../src/gateway/routing/health/health-book.js';
import { makeTarget, type Target } from '../../src/gateway/routing/health/target.js';
import type { SimulatedTarget } from './scenarios.js';

export interface SimulatedRequest {
  promptTokens: number;
  completionTokens: number;
}

/** What a gateway hears of an attempt. */
export interface Ears {
  firstToken(ms: number, headers: Record<string, string>): void;
  finished(generationMs: number): void;
  failed(): void;
  limited(headers: Record<string, string>): void;
}

/** A way to choose keys: names the next key for a request and listens how it goes. */
export interface SimulatedGateway {
  /** Keys of a request in the order of attempts; each is asked for only when the one before it failed. */
  route(request: SimulatedRequest): Iterator<{ key: string; ears: Ears }, undefined>;
}

const DEAF: Ears = {
  firstToken: () => undefined,
  finished: () => undefined,
  failed: () => undefined,
  limited: () => undefined,
};

/** Draws by the configured weights and looks at nothing; a retry goes to another key. */
export class StaticWeights implements SimulatedGateway {
  constructor(
    private readonly targets: readonly SimulatedTarget[],
    private readonly random: Random,
  ) {}

  *route(): Generator<{ key: string; ears: Ears }, undefined> {
    const rest = [...this.targets];
    while (rest.length > 0) {
      const index = drawIndex(
        rest.map(({ weight }) => weight),
        this.random,
      );
      for (const { key } of rest.splice(index, 1)) yield { key, ears: DEAF };
    }
    return undefined;
  }
}

/** The gateway's own parts: order, breakers, cooldowns and quota mirror, with their published defaults. */
export class HealthAwareGateway implements SimulatedGateway {
  private readonly targets: readonly Target[];
  private readonly quotas: CerebrasQuotas;

  constructor(
    targets: readonly SimulatedTarget[],
    private readonly clock: Clock,
    private readonly book: HealthBook,
    private readonly order: TargetOrder,
  ) {
    this.quotas = new CerebrasQuotas(clock);
    this.targets = targets.map(({ key, weight }) =>
      makeTarget({ provider: 'cerebras', key, model: 'gpt-oss-120b', weight }),
    );
  }

  *route({ promptTokens, completionTokens }: SimulatedRequest): Generator<{ key: string; ears: Ears }, undefined> {
    const estimate = { promptTokens, completionTokens };
    const roomInMs = ({ key, model }: Target): number => this.quotas.of(key, model).waitMs(estimate);
    for (const { target } of this.order.order(this.targets, { roomInMs })) {
      if (this.book.waitMs(target) > 0) continue;
      const room = this.quotas.of(target.key, target.model).tryReserve(estimate);
      if (isNoRoom(room)) continue;
      const attempt = this.book.of(target).tryAcquire(promptTokens);
      if (!attempt) {
        room.release();
        continue;
      }
      const ears: Ears = {
        firstToken: (ms, headers) => {
          room.observe(headers);
          attempt.success(ms);
        },
        finished: (generationMs) => {
          room.settle({ promptTokens, completionTokens, cachedTokens: 0 });
          attempt.finished({ completionTokens, generationMs });
        },
        failed: () => {
          room.refused({});
          attempt.failure();
        },
        limited: (headers) => {
          room.refused(headers);
          const stated = statedWaitMs(headers, this.clock.wallTime()) ?? exhaustedWaitMs(headers);
          this.book.cooldowns.cool(target.id, stated ?? resetMs(headers, 'requests-minute') ?? 60_000);
          attempt.limited();
        },
      };
      yield { key: target.key, ears };
    }
    return undefined;
  }
}
