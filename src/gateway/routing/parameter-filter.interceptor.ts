import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import type { CallContext } from '../../common/context/call-context.js';
import { callOf } from '../../common/context/call.decorator.js';
import { isRecord } from '../../common/json/is-record.js';
import { SseInterceptor } from '../../common/sse/sse.interceptor.js';
import { INFERENCE_KIND, type InferenceKind } from '../openai/inference.decorator.js';
import type { ParameterTable } from '../providers/parameter-table.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { RequestDraft } from '../providers/request-draft.js';
import { RoutePlanner } from './plan/route-planner.js';
import { RoutingHints } from './routing-hints.js';

/**
 * Takes out of an inference request what none of the providers that may answer it accepts, by their tables, before
 * the DTO's pipe looks at the rest: each such parameter is named in `x-asbru-filtered-params`, or refused with 400
 * when the caller sends `x-asbru-strict: true`. What must be sent in another form is left for the provider, which
 * writes the request. It hands the answer to `SseInterceptor` itself: one interceptor is all that `DirectRoutes` calls,
 * and each that Nest calls costs a request about 20 µs.
 */
@Injectable()
export class ParameterFilterInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly planner: RoutePlanner,
    private readonly providers: ProviderRegistry,
    private readonly hints: RoutingHints,
    private readonly answers: SseInterceptor,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const kind = this.reflector.get<InferenceKind | undefined>(INFERENCE_KIND, context.getHandler());
    if (kind === undefined) return next.handle();
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { body } = request;
    // Without a usable model there is no table: the pipe says what is wrong. Gemini's dialect names it in the path.
    if (isRecord(body) && (typeof body.model === 'string' || kind === 'generate_content')) {
      this.hints.read(request.headers, body, callOf(request));
      if (kind === 'chat' || kind === 'completions') request.body = this.filter(body, kind, request);
    }
    return kind === 'relayed' ? next.handle() : this.answers.intercept(context, next);
  }

  private filter(body: Record<string, unknown>, kind: 'chat' | 'completions', request: FastifyRequest) {
    const call = callOf(request);
    // The call lets go of it when it has been sent.
    if (request.source) call.source = request.source;
    request.source = undefined;
    const [first, ...others] = this.tables(body, call, kind);
    if (!first) return body;
    const draft = new RequestDraft(first.provider, call);
    return draft.keep(
      body,
      others.length === 0 ? first.table : widest([first.table, ...others.map(({ table }) => table)]),
    );
  }

  private tables(body: Record<string, unknown>, call: CallContext, kind: 'chat' | 'completions') {
    const plan = this.planner.plan(body.model, [...namesIn(body.fallbacks), ...call.fallbacks], call);
    const names = new Set(plan.targets.map(({ provider }) => provider));
    return [...names].flatMap((name) => {
      const table = this.providers.get(name)?.parameters[kind];
      return table ? [{ provider: name, table }] : [];
    });
  }
}

/** The strings of a list; what else is in it, the pipe refuses. */
function namesIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}

/** What any of the tables lets through. */
function widest(tables: readonly ParameterTable[]): ParameterTable {
  const merged: Record<string, ParameterTable[string]> = {};
  for (const table of tables) {
    for (const [name, rule] of Object.entries(table)) if (rule !== 'filter') merged[name] = rule;
  }
  return merged;
}
