import { Injectable } from '@nestjs/common';
import type {
  GatewaySettings,
  NamedTarget,
  RouteSettings,
  RouteTarget,
} from '../../../config/file/gateway-settings.types.js';
import { keysFor, targetOf } from '../../../config/file/settings-lookup.js';
import { GatewaySettingsStore } from '../../../config/file/settings.port.js';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import type { CallerCredentials } from '../../../common/http/caller-credentials.js';
import { CALLER_KEY } from '../../providers/attempt.js';
import { makeTarget, type Target } from '../health/target.js';
import { KeyHolder } from '../../../control/keys/key-directory.port.js';
import type { CallContext } from '../../../common/context/call-context.js';
import { ModelResolver } from '../model-resolver.js';
import { permittedPlan, unknownOrRefused } from './permitted-plan.js';
import type { RoutePlan } from './route-plan.js';
import { TargetOrders } from './target-orders.js';

/** Most targets that one request may name beside its model. */
const MAX_FALLBACKS = 8;
/** Plans are kept while the settings are the same, because orders keep figures by the plan's own array. */
const MAX_PLANS = 1_024;

type Rules = Pick<RouteSettings, 'strategy' | 'fallbackOnContentFilter' | 'resume' | 'hedge'>;

/** What a name leads to. */
interface Resolution {
  readonly rules: Rules;
  readonly tiers: RouteTarget[][];
  /** Whether the operator or the gateway gave the name its meaning; `provider/id` and bare ids are the upstream's own. */
  readonly isRenamed: boolean;
}

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
  /** By provider and whose key: those of requests that are about no model. */
  private accounts = new Map<string, RoutePlan>();
  private version = '';
  /** Whether any provider takes callers' own keys. */
  private takesOwnKeys = false;

  constructor(
    private readonly settings: GatewaySettingsStore,
    private readonly models: ModelResolver,
    private readonly orders: TargetOrders,
  ) {}

  /**
   * @param call whose key says what may be asked, and may take the place of the gateway's
   * @throws GatewayError 404 for a model or fallback that does not exist, 403 for one that the key may not use
   */
  plan(model: unknown, fallbacks: readonly string[] = [], call?: CallContext): RoutePlan {
    const holder = call?.caller instanceof KeyHolder ? call.caller : undefined;
    return this.planFor(model, holder, fallbacks, call?.credentials);
  }

  /** The same for a key, or without one. */
  planFor(
    model: unknown,
    holder: KeyHolder | undefined,
    fallbacks: readonly string[] = [],
    credentials?: CallerCredentials,
  ): RoutePlan {
    if (!holder) return this.unrestricted(model, fallbacks, credentials);
    try {
      return permittedPlan(this.unrestricted(model, fallbacks, credentials), holder);
    } catch (error) {
      // What does not exist and may not be used either is told apart by nobody.
      throw isUnknown(error) && typeof model === 'string' ? unknownOrRefused(error, model, holder) : error;
    }
  }

  private unrestricted(model: unknown, fallbacks: readonly string[], credentials?: CallerCredentials): RoutePlan {
    const settings = this.settings.current;
    if (settings.version !== this.version) this.forget(settings);
    const hasOwnKey = this.takesOwnKeys && credentials?.isPresent === true;
    const name = [hasOwnKey, model, ...fallbacks].join('\n');
    let plan = this.plans.get(name);
    if (!plan) {
      plan = this.make(settings, model, fallbacks, hasOwnKey);
      if (this.plans.size >= MAX_PLANS) this.plans.clear();
      this.plans.set(name, plan);
    }
    return plan;
  }

  /** All keys of one provider in their order, whatever models they may be used for. @throws GatewayError without one */
  planAt(provider: string, { caller, credentials }: CallContext): RoutePlan {
    const plan = this.unrestrictedAt(provider, credentials);
    return caller instanceof KeyHolder ? permittedPlan(plan, caller) : plan;
  }

  private unrestrictedAt(provider: string, credentials: CallerCredentials | undefined): RoutePlan {
    const settings = this.settings.current;
    if (settings.version !== this.version) this.forget(settings);
    const declared = settings.providers[provider];
    const isOwn = declared?.passthroughKeys === true && credentials?.isPresent === true;
    const name = `${provider} ${isOwn}`;
    let plan = this.accounts.get(name);
    if (!plan) {
      const keys = isOwn ? [{ name: CALLER_KEY }] : (declared?.keys ?? []);
      if (keys.length === 0) throw noKey(settings, '', provider);
      plan = {
        ...PLAIN,
        sparing: settings.source !== 'environment',
        isRenamed: false,
        names: [],
        targets: keys.map(({ name: key }, tier) => makeTarget({ provider, key, model: '', weight: 1, tier })),
        order: this.orders.of('ordered', settings),
      };
      this.accounts.set(name, plan);
    }
    return plan;
  }

  private make(settings: GatewaySettings, model: unknown, fallbacks: readonly string[], hasOwnKey: boolean): RoutePlan {
    const allowed = atMost(MAX_FALLBACKS, fallbacks);
    const { rules, tiers, isRenamed } = this.resolve(settings, model);
    const names = tiers.map(() => String(model));
    for (const fallback of allowed) {
      const more = this.resolveFallback(settings, fallback);
      tiers.push(...more);
      names.push(...more.map(() => fallback));
    }
    // It belongs to the provider that was asked for, and goes to no other.
    const owner = hasOwnKey ? tiers[0]?.[0]?.provider : undefined;
    const targets = tiers.flatMap((tier, index) => tier.flatMap((target) => withKeys(settings, target, index, owner)));
    if (targets.length === 0) throw noKey(settings, model, tiers[0]?.[0]?.provider);
    const sparing = settings.source !== 'environment';
    // The order of a route is that of its tiers; the keys of one model share its requests by how well they do.
    const strategy = rules.strategy === 'ordered' && targets.length > tiers.length ? 'adaptive' : rules.strategy;
    return {
      ...rules,
      sparing,
      isRenamed,
      names,
      targets,
      order: this.orders.of(strategy, settings),
    };
  }

  private resolve(settings: GatewaySettings, model: unknown): Resolution {
    // One model's own name comes before a pattern for many.
    const shown = isDeclared(settings, model) ? undefined : this.models.routeOfClaudeName(model);
    return shown === undefined
      ? this.resolveName(settings, model)
      : { ...this.resolveName(settings, shown), isRenamed: true };
  }

  private resolveName(settings: GatewaySettings, model: unknown): Resolution {
    const named = this.leavesToVendor(settings, model) ? undefined : namedTarget(settings, model);
    const route = named?.kind === 'route' ? settings.routes[named.route] : undefined;
    if (route) {
      const targets = [...route.targets];
      const tiers = route.strategy === 'ordered' ? targets.map((target) => [target]) : [targets];
      return { rules: route, tiers, isRenamed: true };
    }
    const wanted = named?.kind === 'model' ? `${named.provider}/${named.model}` : model;
    const { provider, model: id } = this.models.resolve(wanted);
    const tiers = [[{ provider: provider.name, model: id, weight: 1 }]];
    return { rules: PLAIN, tiers, isRenamed: named !== undefined && model !== wanted };
  }

  /** A vendor's own name goes to the vendor when it is configured: a pattern for many names is for when it is not. */
  private leavesToVendor(settings: GatewaySettings, model: unknown): boolean {
    return !isDeclared(settings, model) && this.models.isOfConfiguredVendor(model);
  }

  private resolveFallback(settings: GatewaySettings, fallback: string): RouteTarget[][] {
    try {
      return this.resolve(settings, fallback).tiers;
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      throw new GatewayError(error.code, error.message, { param: 'fallbacks', cause: error });
    }
  }

  private forget({ version, providers }: GatewaySettings): void {
    this.plans = new Map();
    this.accounts = new Map();
    this.version = version;
    this.takesOwnKeys = Object.values(providers).some(({ passthroughKeys }) => passthroughKeys);
  }
}

const isUnknown = (error: unknown): error is GatewayError =>
  error instanceof GatewayError && error.code === 'model_not_found';

function namedTarget(settings: GatewaySettings, model: unknown): NamedTarget | undefined {
  return typeof model === 'string' ? targetOf(settings, model) : undefined;
}

/** Whether the file gives just this name a meaning. */
function isDeclared({ routes, aliases }: GatewaySettings, model: unknown): boolean {
  return typeof model === 'string' && (routes[model] ?? aliases.exact[model]) !== undefined;
}

function atMost(limit: number, fallbacks: readonly string[]): readonly string[] {
  if (fallbacks.length <= limit) return fallbacks;
  const message = `At most ${limit} fallbacks are allowed.`;
  throw new GatewayError('array_above_max_length', message, { param: 'fallbacks' });
}

/**
 * A model with each of the keys that may be used for it; its weight is theirs together, however many they are. Where the
 * caller's own key is taken, it is the only one.
 */
function withKeys(
  settings: GatewaySettings,
  { provider, model, weight }: RouteTarget,
  tier: number,
  owner: string | undefined,
): Target[] {
  const declared = settings.providers[provider];
  if (!declared) return [];
  if (declared.passthroughKeys && provider === owner) {
    return [makeTarget({ provider, key: CALLER_KEY, model, weight, tier })];
  }
  const keys = keysFor(declared, model);
  const total = keys.reduce((sum, key) => sum + key.weight, 0);
  return keys.map((key) => makeTarget({ provider, key: key.name, model, weight: (weight * key.weight) / total, tier }));
}

function noKey(settings: GatewaySettings, model: unknown, provider = ''): GatewayError {
  if (settings.providers[provider]?.passthroughKeys) {
    const message = `Send your own API key for ${provider}: as 'Authorization: Bearer …', or in the header of its SDK.`;
    return new GatewayError('invalid_api_key', message);
  }
  return new GatewayError('model_not_found', `No key is configured for the model '${String(model)}'.`, {
    param: 'model',
  });
}
