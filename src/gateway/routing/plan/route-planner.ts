import { Injectable } from '@nestjs/common';
import type { GatewaySettings, RouteSettings, RouteTarget } from '../../../config/file/gateway-settings.types.js';
import { keysFor, targetOf } from '../../../config/file/settings-lookup.js';
import { GatewaySettingsStore } from '../../../config/file/settings.port.js';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import { makeTarget, type Target } from '../health/target.js';
import { ModelResolver } from '../model-resolver.js';
import type { RoutePlan } from './route-plan.js';
import { TargetOrders } from './target-orders.js';

/** Most targets that one request may name beside its model. */
const MAX_FALLBACKS = 8;
/** Plans are kept while the settings are the same, because orders keep figures by the plan's own array. */
const MAX_PLANS = 1_024;

type Rules = Pick<RouteSettings, 'strategy' | 'fallbackOnContentFilter' | 'resume' | 'hedge'>;

/** A model without a route of its own: its keys share the load by how well they do. */
const PLAIN: Rules = {
  strategy: 'adaptive',
  fallbackOnContentFilter: false,
  resume: 'off',
  hedge: { enabled: false, percentile: 95, minMs: 0 },
};

/** Turns the caller's `model` and `fallbacks` into a plan: route names, aliases, `provider/model` and bare ids. */
@Injectable()
export class RoutePlanner {
  private plans = new Map<string, RoutePlan>();
  /** By provider: those of requests that are about no model. */
  private accounts = new Map<string, RoutePlan>();
  private version = '';

  constructor(
    private readonly settings: GatewaySettingsStore,
    private readonly models: ModelResolver,
    private readonly orders: TargetOrders,
  ) {}

  /** @throws GatewayError 404 for a model or fallback that does not exist */
  plan(model: unknown, fallbacks: readonly string[] = []): RoutePlan {
    const settings = this.settings.current;
    if (settings.version !== this.version) this.forget(settings.version);
    const name = [model, ...fallbacks].join('\n');
    let plan = this.plans.get(name);
    if (!plan) {
      plan = this.make(settings, model, fallbacks);
      if (this.plans.size >= MAX_PLANS) this.plans.clear();
      this.plans.set(name, plan);
    }
    return plan;
  }

  /** All keys of one provider in their order, whatever models they may be used for. @throws GatewayError 404 without one */
  planAt(provider: string): RoutePlan {
    const settings = this.settings.current;
    if (settings.version !== this.version) this.forget(settings.version);
    let plan = this.accounts.get(provider);
    if (!plan) {
      const keys = settings.providers[provider]?.keys ?? [];
      if (keys.length === 0) throw new GatewayError('not_found', `There is no provider '${provider}'.`);
      plan = {
        ...PLAIN,
        sparing: settings.source !== 'environment',
        isRenamed: false,
        targets: keys.map(({ name: key }, tier) => makeTarget({ provider, key, model: '', weight: 1, tier })),
        order: this.orders.of('ordered', settings),
      };
      this.accounts.set(provider, plan);
    }
    return plan;
  }

  private make(settings: GatewaySettings, model: unknown, fallbacks: readonly string[]): RoutePlan {
    if (fallbacks.length > MAX_FALLBACKS) {
      throw new GatewayError('array_above_max_length', `At most ${MAX_FALLBACKS} fallbacks are allowed.`, {
        param: 'fallbacks',
      });
    }
    const { rules, tiers } = this.resolve(settings, model);
    for (const fallback of fallbacks) tiers.push(...this.resolveFallback(settings, fallback));
    const targets = tiers.flatMap((tier, index) => tier.flatMap((target) => withKeys(settings, target, index)));
    if (targets.length === 0) {
      throw new GatewayError('model_not_found', `No key is configured for the model '${String(model)}'.`, {
        param: 'model',
      });
    }
    const sparing = settings.source !== 'environment';
    // The order of a route is that of its tiers; the keys of one model share its requests by how well they do.
    const strategy = rules.strategy === 'ordered' && targets.length > tiers.length ? 'adaptive' : rules.strategy;
    return {
      ...rules,
      sparing,
      isRenamed: isRenamed(settings, model),
      targets,
      order: this.orders.of(strategy, settings),
    };
  }

  private resolve(settings: GatewaySettings, model: unknown): { rules: Rules; tiers: RouteTarget[][] } {
    const named = typeof model === 'string' ? targetOf(settings, model) : undefined;
    const route = named?.kind === 'route' ? settings.routes[named.route] : undefined;
    if (route) {
      const targets = [...route.targets];
      return { rules: route, tiers: route.strategy === 'ordered' ? targets.map((target) => [target]) : [targets] };
    }
    const wanted = named?.kind === 'model' ? `${named.provider}/${named.model}` : model;
    const { provider, model: id } = this.models.resolve(wanted);
    return { rules: PLAIN, tiers: [[{ provider: provider.name, model: id, weight: 1 }]] };
  }

  private resolveFallback(settings: GatewaySettings, fallback: string): RouteTarget[][] {
    try {
      return this.resolve(settings, fallback).tiers;
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      throw new GatewayError(error.code, error.message, { param: 'fallbacks', cause: error });
    }
  }

  private forget(version: string): void {
    this.plans = new Map();
    this.accounts = new Map();
    this.version = version;
  }
}

/** Whether the operator gave the name its meaning; `provider/id` and bare ids are the upstream's own. */
function isRenamed(settings: GatewaySettings, model: unknown): boolean {
  if (typeof model !== 'string') return false;
  const named = targetOf(settings, model);
  return named?.kind === 'route' || (named !== undefined && model !== `${named.provider}/${named.model}`);
}

/** A model with each of the keys that may be used for it; its weight is theirs together, however many they are. */
function withKeys(settings: GatewaySettings, { provider, model, weight }: RouteTarget, tier: number): Target[] {
  const declared = settings.providers[provider];
  if (!declared) return [];
  const keys = keysFor(declared, model);
  const total = keys.reduce((sum, key) => sum + key.weight, 0);
  return keys.map((key) => makeTarget({ provider, key: key.name, model, weight: (weight * key.weight) / total, tier }));
}
