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
import { type RunContext, RouteRun, type RunRequest } from './attempts/route-run.js';
import { withVerifiedResume } from './attempts/verified-resume.js';
import { HealthBook } from './health/health-book.js';
import { targetId } from './health/target.js';
import { InferenceRouter, type RoutedRequest, type RouteRules, type Send } from './inference-router.port.js';
import { RoutePlanner } from './plan/route-planner.js';
import type { RoutePlan } from './plan/route-plan.js';
import { lacking, withOnlyProvider } from './plan/needed-operation.js';
import type { AccountRequest, ProviderRoutes } from './provider-routes.port.js';
import { maxTokensOf, promptTokensOf } from './prompt-tokens.js';
import { RetryBudgets } from './retry-budgets.js';

const sendStream: Send<ChatRequest, readonly ChatChunk[]> = (provider, routed, attempt) =>
  provider.stream(routed, attempt);

/** Sends each request along its plan: keys, retries, fallbacks, breakers, hedges. */
@Injectable()
export class PlannedRouter extends InferenceRouter implements ProviderRoutes {
  private readonly context: RunContext;

  constructor(
    private readonly planner: RoutePlanner,
    private readonly settings: GatewaySettingsStore,
    private readonly providers: ProviderRegistry,
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
    const { targets } = this.planner.plan(request.model, fallbacksOf(request, call), call.credentials);
    const names = new Set(targets.map(({ provider }) => provider));
    return [...names].flatMap((name) => this.providers.get(name) ?? []);
  }

  at<T>(provider: string, call: CallContext, send: Send<AccountRequest, T>, rules: RouteRules = {}): Observable<T> {
    return defer(() => {
      call.provider = provider;
      call.headers['x-asbru-config'] = this.settings.current.version;
      return this.run(this.planner.planAt(provider, call.credentials), { model: '' }, call, send, rules);
    });
  }

  private run<R extends RoutedRequest, T>(
    plan: RoutePlan,
    request: R,
    call: CallContext,
    send: Send<R, T>,
    { needs, isSpent }: RouteRules = {},
    exclude: ReadonlySet<string> = needs ? lacking(needs, plan, this.providers) : NONE,
  ): Observable<T> {
    return new Observable<T>((subscriber) => {
      const run = new RouteRun<T>(
        this.context,
        { ...this.runRequest(plan, request, call, send), exclude, ...(isSpent && { isSpent }) },
        subscriber,
      );
      subscriber.add(() => run.stop());
      run.start();
    });
  }

  private planFor(request: RoutedRequest, call: CallContext, { needs }: RouteRules = {}): RoutePlan {
    const plan = withOnlyProvider(needs, this.providers, request.model, (model) =>
      this.planner.plan(model, fallbacksOf(request, call), call.credentials),
    );
    const [first] = plan.targets;
    // Who is to blame when nobody answers.
    call.provider = first?.provider;
    call.model = first?.model;
    if (plan.isRenamed) call.answerModel ??= request.model;
    call.headers['x-asbru-config'] = this.settings.current.version;
    return plan;
  }

  private runRequest<R extends RoutedRequest, T>(
    plan: RoutePlan,
    request: R,
    call: CallContext,
    send: Send<R, T>,
  ): RunRequest<T> {
    const promptTokens = promptTokensOf(request);
    const { maxWaitMs } = this.settings.current.routing.quotaQueue;
    const need = { promptBytes: promptTokens * 4, maxTokens: maxTokensOf(request), caller: call.caller, maxWaitMs };
    return {
      plan,
      call,
      promptTokens,
      streamed: request.stream === true,
      quota: new QuotaGate(need, this.context.provider),
      send: (provider, { model }, attempt) => send(provider, { ...request, model }, attempt),
    };
  }
}

const NONE: ReadonlySet<string> = new Set();

function fallbacksOf(request: RoutedRequest, call: CallContext): string[] {
  return [...(request.fallbacks ?? []), ...call.fallbacks];
}

/** The target whose answer the client is getting. */
function answeringTarget({ provider = '', key = '', model = '' }: CallContext): string {
  return targetId(provider, key, model);
}
