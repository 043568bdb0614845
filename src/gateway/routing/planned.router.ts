import { Injectable } from '@nestjs/common';
import { defer, Observable } from 'rxjs';
import type { CallContext } from '../../common/context/call-context.js';
import { Random } from '../../common/random/random.port.js';
import { Clock } from '../../common/time/clock.port.js';
import { GatewaySettingsStore } from '../../config/file/settings.port.js';
import type { ChatChunk, ChatCompletion, ChatRequest } from '../openai/chat.types.js';
import type { TextCompletion, TextRequest } from '../openai/completion.types.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import type { Provider } from '../providers/provider.port.js';
import { QuotaGate } from './attempts/quota-gate.js';
import { RouteRun } from './attempts/route-run.js';
import type { RunContext, RunRequest } from './attempts/run-request.js';
import { withVerifiedResume } from './attempts/verified-resume.js';
import { HealthBook } from './health/health-book.js';
import { type Target, targetId } from './health/target.js';
import { InferenceRouter, type RoutedRequest, type RouteRules, type Send } from './inference-router.port.js';
import { RoutePlanner } from './plan/route-planner.js';
import type { RoutePlan } from './plan/route-plan.js';
import { lacking, withOnlyProvider } from './plan/needed-operation.js';
import type { AccountRequest, ProviderRoutes } from './provider-routes.port.js';
import { choicesOf, inputTokensOf, maxTokensOf, promptTokensOf } from './prompt-tokens.js';
import { cappedOutput } from '../providers/parameter-caps.js';
import { KnownModels } from '../models/known-models.port.js';
import {
  type Ask,
  type AskedTarget,
  type Bounds,
  Governance,
  type Grant,
  type RuledAsk,
  type Ruling,
} from '../../control/governance/governance.port.js';
import { RetryBudgets } from './retry-budgets.js';

const sendStream: Send<ChatRequest, readonly ChatChunk[]> = (provider, routed, attempt) =>
  provider.stream(routed, attempt);

/** Sends each request along its plan: keys, retries, fallbacks, breakers, hedges. */
@Injectable()
export class PlannedRouter extends InferenceRouter implements ProviderRoutes {
  private readonly context: RunContext;
  private readonly rulings = new WeakMap<CallContext, Ruling>();

  constructor(
    private readonly planner: RoutePlanner,
    private readonly settings: GatewaySettingsStore,
    private readonly providers: ProviderRegistry,
    private readonly known: KnownModels,
    private readonly governance: Governance,
    book: HealthBook,
    budgets: RetryBudgets,
    clock: Clock,
    random: Random,
  ) {
    super();
    this.context = {
      clock,
      random,
      book,
      provider: (name) => providers.get(name),
      budgetOf: (name) => budgets.of(name),
      retriesOf: (name) => budgets.settingsOf(name),
    };
  }

  override complete(request: ChatRequest, call: CallContext): Observable<ChatCompletion> {
    return this.route(request, call, (provider, routed, attempt) => provider.complete(routed, attempt));
  }

  override stream(request: ChatRequest, call: CallContext): Observable<readonly ChatChunk[]> {
    return defer(() => {
      const plan = this.planFor(request, call);
      const first = this.run(plan, request, call, sendStream);
      if (plan.resume === 'off') return first;
      return withVerifiedResume(first, () =>
        this.run(plan, request, call, sendStream, {}, new Set([answeringTarget(call)])),
      );
    });
  }

  override completeText(request: TextRequest, call: CallContext): Observable<TextCompletion> {
    return this.route(request, call, (provider, routed, attempt) => provider.completeText(routed, attempt));
  }

  override streamText(request: TextRequest, call: CallContext): Observable<readonly TextCompletion[]> {
    return this.route(request, call, (provider, routed, attempt) => provider.streamText(routed, attempt));
  }

  override route<R extends RoutedRequest, T>(
    request: R,
    call: CallContext,
    send: Send<R, T>,
    rules: RouteRules = {},
  ): Observable<T> {
    return defer(() => this.run(this.planFor(request, call, rules), request, call, send, rules));
  }

  providersOf(request: RoutedRequest, call: CallContext): readonly Provider[] {
    const { model, fallbacks } = this.ruled(request, call);
    const { targets } = this.planner.plan(model, fallbacks, call);
    const names = new Set(targets.map(({ provider }) => provider));
    return [...names].flatMap((name) => this.providers.get(name) ?? []);
  }

  at<T>(provider: string, call: CallContext, send: Send<AccountRequest, T>, rules: RouteRules = {}): Observable<T> {
    return defer(() => {
      call.provider = provider;
      call.headers['x-asbru-config'] = this.settings.current.version;
      return this.run(this.planner.planAt(provider, call), { model: '' }, call, send, rules);
    });
  }

  private run<R extends RoutedRequest, T>(
    plan: RoutePlan,
    request: R,
    call: CallContext,
    send: Send<R, T>,
    { needs, isSpent, choicesIn, isFree = false }: RouteRules = {},
    exclude: ReadonlySet<string> = needs ? lacking(needs, plan, this.providers) : NONE,
  ): Observable<T> {
    return new Observable<T>((subscriber) => {
      const { targets, ask: known, caps } = this.asked(plan, request, call, exclude, isFree);
      const ask = choicesIn ? { ...known, choicesIn: () => choicesOf({ n: choicesIn() }) } : known;
      const wanted = this.runRequest(plan, request, call, send, caps);
      const begin = (grant: Grant): void => {
        const left = targets.length === plan.targets.length ? exclude : withoutOthers(plan, targets);
        const run = new RouteRun<T>(
          this.context,
          { ...wanted, grant, exclude: left, ...(isSpent && { isSpent }) },
          subscriber,
        );
        subscriber.add(() => run.stop());
        run.start();
      };
      const grant = this.governance.admit(ask);
      if (!(grant instanceof Promise)) return begin(grant);
      grant.then(
        (granted) => (subscriber.closed ? granted.finish() : begin(granted)),
        (error: unknown) => subscriber.error(error),
      );
    });
  }

  /** What may be asked, with what governance needs to know of it. */
  private asked(
    plan: RoutePlan,
    request: RoutedRequest,
    call: CallContext,
    exclude: ReadonlySet<string>,
    isFree: boolean,
  ): { targets: readonly PricedTarget[]; ask: Ask; caps: Bounds } {
    const ruling = this.ruled(request, call);
    const able = plan.targets.filter(({ id }) => !exclude.has(id)).map((target) => this.priceable(target));
    const { targets: permitted, caps } = this.governance.restrict(askOf(request, call, ruling.caps), able, ruling.caps);
    const targets = isFree ? permitted : this.governance.priced(call, permitted);
    const ask = {
      ...askOf(request, call, caps),
      targets,
      isFree,
      hedged: plan.hedge.enabled && request.stream === true && targets.length > 1,
    };
    return { targets, ask, caps };
  }

  private priceable({ id, provider, model }: Target): PricedTarget {
    const kind = this.providers.get(provider)?.kind ?? provider;
    return {
      id,
      provider,
      kind,
      model,
      maxOutputTokens: this.known.describe(provider, model)?.max_output_tokens ?? undefined,
    };
  }

  /** What the policies make of the request: asked once for each call. */
  private ruled(request: RoutedRequest, call: CallContext): Omit<Ruling, 'routeTo'> & { readonly model: string } {
    let ruling = this.rulings.get(call);
    if (!ruling) {
      ruling = this.governance.rule(askOf(request, call, {}));
      this.rulings.set(call, ruling);
    }
    return { model: ruling.routeTo ?? request.model, fallbacks: ruling.fallbacks, caps: ruling.caps };
  }

  private planFor(request: RoutedRequest, call: CallContext, { needs }: RouteRules = {}): RoutePlan {
    const { model: named, fallbacks } = this.ruled(request, call);
    const plan = withOnlyProvider(needs, this.providers, named, (model) => this.planner.plan(model, fallbacks, call));
    const [first] = plan.targets;
    // Who is to blame when nobody answers.
    call.provider = first?.provider;
    call.model = first?.model;
    if (plan.isRenamed || named !== request.model) call.answerModel ??= request.model;
    call.headers['x-asbru-config'] = this.settings.current.version;
    return plan;
  }

  private runRequest<R extends RoutedRequest, T>(
    plan: RoutePlan,
    request: R,
    call: CallContext,
    send: Send<R, T>,
    caps: Bounds,
  ): Omit<RunRequest<T>, 'grant'> {
    const promptTokens = promptTokensOf(request);
    const { maxWaitMs } = this.settings.current.routing.quotaQueue;
    const need = { promptBytes: promptTokens * 4, maxTokens: maxTokensOf(request), caller: call.caller.id, maxWaitMs };
    return {
      plan,
      call,
      caps,
      promptTokens,
      streamed: request.stream === true,
      quota: new QuotaGate(need, this.context.provider),
      send: (provider, { model }, attempt) => send(provider, { ...request, model }, attempt),
    };
  }
}

const NONE: ReadonlySet<string> = new Set();

type PricedTarget = AskedTarget & { readonly id: string };

/** What governance has to know of a request. */
function askOf(request: RoutedRequest, call: CallContext, caps: Bounds): RuledAsk {
  return {
    call,
    model: request.model,
    fallbacks: [...(request.fallbacks ?? []), ...call.fallbacks],
    inputTokens: inputTokensOf(request),
    maxOutputTokens: cappedOutput(maxTokensOf(request), caps),
    choices: choicesOf(request),
    streamed: request.stream === true,
    tier: request.service_tier === 'priority' || request.service_tier === 'flex' ? request.service_tier : undefined,
  };
}

/** All targets of a plan but those that may be asked. */
function withoutOthers({ targets }: RoutePlan, allowed: readonly PricedTarget[]): ReadonlySet<string> {
  const ids = new Set(allowed.map(({ id }) => id));
  return new Set(targets.map(({ id }) => id).filter((id) => !ids.has(id)));
}

/** The target whose answer the client is getting. */
function answeringTarget({ provider = '', key = '', model = '' }: CallContext): string {
  return targetId(provider, key, model);
}
