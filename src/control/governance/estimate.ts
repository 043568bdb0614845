import type { MicroDollars } from '../contract/money.js';
import type { Price, Pricing } from '../pricing/pricing.port.js';
import type { Ask, AskedTarget } from './governance.port.js';

/** A target with what it costs; undefined for a model that has no price. */
export interface PricedTarget {
  readonly target: AskedTarget;
  readonly price: Price | undefined;
}

/** What one call is taken to use at most. */
export interface Estimate {
  readonly inputTokens: number;
  /** Of all its answers together. */
  readonly outputTokens: number;
  /** Of the dearest target. */
  readonly cost: MicroDollars;
  /** Whether the answer may be longer, so that more has to be held while it comes. */
  readonly isOpen: boolean;
}

/** What is held at first, and again and again, for a streamed answer that nobody has bounded, in tokens. */
export const STEP_TOKENS = 4_096;
/** What an answer of an unbounded model is taken to be, in tokens. */
const UNKNOWN_OUTPUT_TOKENS = 16_384;
const NO_MEDIA = {};

/**
 * The bound of an answer: the caller's own (or the key's, which is sent in its place) and the model's, whichever is lower. A streamed answer that the
 * caller did not bound is held for step by step; a whole one cannot be stopped half-way, so all of it is held.
 */
export function estimateOf(ask: Ask, targets: readonly PricedTarget[], pricing: Pricing): Estimate {
  const { inputTokens, choices } = ask;
  if (ask.isFree) return { inputTokens: 0, outputTokens: 0, cost: 0, isOpen: false };
  const modelMaximum = Math.max(0, ...ask.targets.map((one) => one.maxOutputTokens ?? UNKNOWN_OUTPUT_TOKENS));
  const bound = Math.min(ask.maxOutputTokens ?? Number.MAX_SAFE_INTEGER, modelMaximum);
  const isOpen = ask.streamed && ask.maxOutputTokens === undefined && bound > STEP_TOKENS;
  const outputTokens = (isOpen ? STEP_TOKENS : Math.max(0, bound)) * choices;
  const cost = costOf(targets, inputTokens, outputTokens, ask, pricing);
  return { inputTokens, outputTokens, cost: ask.hedged ? cost * 2 : cost, isOpen };
}

/** The most that so many tokens can cost at the dearest of the targets: without any discount, and all kept in a cache where that is dearer. */
export function costOf(
  targets: readonly PricedTarget[],
  inputTokens: number,
  outputTokens: number,
  { tier, choices, call }: Ask,
  pricing: Pricing,
): MicroDollars {
  const media = call.operation === 'images' ? { images: choices } : NO_MEDIA;
  let dearest = 0;
  for (const { price } of targets) {
    if (price) dearest = Math.max(dearest, pricing.estimate(price, inputTokens, outputTokens, tier, media));
  }
  return dearest;
}
