import { GatewayError } from '../../../common/errors/gateway-error.js';
import { isNoRoom, type QuotaRefusal, type QuotaReservation } from '../../providers/cerebras/quota/quota.port.js';
import type { Provider } from '../../providers/provider.port.js';
import type { Candidate } from '../balancing/target-order.port.js';
import type { Target } from '../health/target.js';
import { retryHeaders } from './best-error.js';
import { isOwn } from './own-key.js';

/** What one request will take of a quota. */
export interface QuotaNeed {
  /** Size of the prompt, in bytes of its JSON. */
  readonly promptBytes: number;
  /** The caller's own limit of the answer, if he set one. */
  readonly maxTokens: number | undefined;
  /** Whose turn it takes in a queue. */
  readonly caller: string;
  /** How long it may wait in a queue, in milliseconds. */
  readonly maxWaitMs: number;
}

/** Holds room in the quotas of keys for one request, so that the provider has no reason to refuse it. */
export class QuotaGate {
  constructor(
    private readonly need: QuotaNeed,
    private readonly providerOf: (name: string) => Provider | undefined,
  ) {}

  /** Milliseconds until the target has room; 0 when it has room now, or no quota that is known. */
  roomInMs(target: Target): number {
    const { provider, key, model } = target;
    const quota = isOwn(target) ? undefined : this.providerOf(provider)?.quota;
    return quota ? quota.of(key, model).waitMs(this.estimate(quota, model)) : 0;
  }

  /** Room in the target's quota: none needed, held, or not to be had now. */
  reserve({ quota }: Provider, target: Target): QuotaReservation | 'not needed' | 'no room' {
    // What one caller's account has left says nothing of another's.
    if (!quota || isOwn(target)) return 'not needed';
    const { key, model } = target;
    const answer = quota.of(key, model).tryReserve(this.estimate(quota, model));
    return isNoRoom(answer) ? 'no room' : answer;
  }

  /**
   * Waits in the fair queue of the first candidate that has only no room, with all its keys. Exactly one of the
   * callbacks is called, perhaps at once. Undefined when no candidate waits for room.
   */
  wait(
    candidates: readonly Candidate[],
    granted: (target: Target, reservation: QuotaReservation) => void,
    refused: (error: GatewayError) => void,
  ): (() => void) | undefined {
    const waiting = candidates.filter(({ reason }) => reason === 'no quota').map(({ target }) => target);
    const [first] = waiting;
    const quota = first && this.providerOf(first.provider)?.quota;
    if (!quota) return undefined;
    const { model, provider } = first;
    const targets = waiting.filter((target) => target.provider === provider && target.model === model);
    return quota.admit({
      model,
      keys: targets.map(({ key }) => key),
      caller: this.need.caller,
      estimate: this.estimate(quota, model),
      maxWaitMs: this.need.maxWaitMs,
      granted: (reservation) => granted(targets.find(({ key }) => key === reservation.key) ?? first, reservation),
      refused: (refusal) => refused(quotaError(refusal)),
    });
  }

  private estimate(quota: NonNullable<Provider['quota']>, model: string) {
    return quota.estimate(model, this.need.promptBytes, this.need.maxTokens);
  }
}

function quotaError({ why, waitMs, limit }: QuotaRefusal): GatewayError {
  const type = limit.startsWith('requests') ? 'requests' : 'tokens';
  if (why === 'too large' || !Number.isFinite(waitMs)) {
    const message = `The request needs more than the provider's limit '${limit}' allows at all.`;
    return new GatewayError('rate_limit_exceeded', message, { type, headers: { 'x-should-retry': 'false' } });
  }
  const message = `The provider's limit '${limit}' is used up; there is room again in ${Math.ceil(waitMs)} ms.`;
  return new GatewayError('rate_limit_exceeded', message, { type, headers: retryHeaders(waitMs) });
}
