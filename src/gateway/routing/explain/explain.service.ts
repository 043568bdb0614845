import { Injectable } from '@nestjs/common';
import { GatewaySettingsStore } from '../../../config/file/settings.port.js';
import { ProviderRegistry } from '../../providers/provider-registry.js';
import { QuotaGate } from '../attempts/quota-gate.js';
import type { KeyHolder } from '../../../control/keys/key-directory.port.js';
import type { TargetExplanation } from '../balancing/target-order.port.js';
import { RoutePlanner } from '../plan/route-planner.js';
import type { ExplainedTargetDto, ExplanationDto } from './explanation.dto.js';

/** A request that asks for next to nothing. */
const SMALL = { promptBytes: 64, maxTokens: 16, caller: '', maxWaitMs: 0 };

@Injectable()
export class ExplainService {
  constructor(
    private readonly planner: RoutePlanner,
    private readonly settings: GatewaySettingsStore,
    private readonly providers: ProviderRegistry,
  ) {}

  /** @throws GatewayError for a model that does not exist */
  explain(model: string | undefined, session: string | undefined, holder?: KeyHolder): ExplanationDto {
    const plan = this.planner.planFor(model, holder);
    const quota = new QuotaGate(SMALL, (name) => this.providers.get(name));
    const candidates = plan.order.explain(plan.targets, {
      roomInMs: (target) => quota.roomInMs(target),
      ...(session !== undefined && { session }),
    });
    return { model: model ?? '', config: this.settings.current.version, candidates: candidates.map(toDto) };
  }
}

function toDto(explained: TargetExplanation): ExplainedTargetDto {
  const { target, available, reason, state, score, figures, breaker } = explained;
  return {
    provider: target.provider,
    model: target.model,
    key: target.key,
    tier: target.tier ?? 0,
    available,
    reason,
    wait_ms: Math.ceil(explained.waitMs),
    state,
    weight: explained.weight,
    share: explained.share ?? null,
    score,
    figures: {
      error_rate: figures.errorRate,
      first_token_ms: figures.firstTokenMs ?? null,
      first_token_p95_ms: explained.firstTokenP95Ms ?? null,
      tokens_per_second: figures.tokensPerSecond ?? null,
      queue_ms: figures.queueMs,
      in_flight: figures.inFlight,
      utilisation: figures.utilisation,
    },
    breaker: {
      state: breaker.state,
      failure_ratio: breaker.failureRatio,
      probe_in_ms: Math.ceil(breaker.probeInMs),
    },
    cooldown_ms: Math.ceil(explained.cooldownMs),
    retired: explained.retirement ? { ...explained.retirement } : null,
  };
}
