import { randomUUID } from 'node:crypto';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { CallContext } from '../../../common/context/call-context.js';
import type { Draining } from '../../../common/context/draining.js';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import { Clock } from '../../../common/time/clock.port.js';
import type { ChatRequest } from '../../openai/chat.types.js';
import { InferenceRouter } from '../../routing/inference-router.port.js';
import { ResponseIds } from '../response-ids.js';
import { ResponseState, type ResolvedRequest } from '../state/response-state.js';
import { ResponseStore } from '../store/response-store.port.js';
import { BACKGROUND } from './background.options.js';
import { BackgroundRun } from './background-run.js';

/**
 * The background responses of this process. The node that takes a request runs it, whether its caller stays or not; the
 * lease in the store tells the others. When the process ends before the answer, the response is failed, never left open.
 */
@Injectable()
export class BackgroundResponses implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Responses');
  private readonly owner = randomUUID();
  private readonly runs = new Map<string, BackgroundRun>();
  private readonly waiting: BackgroundRun[] = [];
  private running = 0;
  private draining: Draining | undefined;
  private isStopped = false;

  constructor(
    private readonly router: InferenceRouter,
    private readonly state: ResponseState,
    private readonly store: ResponseStore,
    private readonly ids: ResponseIds,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes a response in; it is in the store when this resolves.
   * @throws GatewayError 503 when too many wait, or the database is away
   */
  async take(resolved: ResolvedRequest, chat: ChatRequest, call: CallContext): Promise<BackgroundRun> {
    if (this.waiting.length >= BACKGROUND.waiting) {
      throw new GatewayError(
        'overloaded',
        'Too many background responses wait already. Please send the request again later.',
        {
          headers: { 'retry-after': '5' },
        },
      );
    }
    this.draining ??= call.draining;
    const { router, state, store, ids, clock, owner } = this;
    const own = detached(call);
    const run = new BackgroundRun({ resolved, chat, call: own, router, state, store, ids, clock, owner });
    await run.queue();
    this.runs.set(keyOf(resolved.scope, run.response.id), run);
    void run.settled.then(() => this.forget(run, own));
    this.waiting.push(run);
    if (this.isStopped) await run.stop();
    else this.startNext();
    return run;
  }

  /** The response if it runs in this process. */
  find(scope: string, id: string): BackgroundRun | undefined {
    return this.runs.get(keyOf(scope, id));
  }

  /** Running answers may end as long as requests may, when the process is told to stop; when it is just closed, not at all. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    const stopAll = (): void => {
      for (const run of this.runs.values()) void run.stop();
    };
    if (this.draining?.refusesRequests) this.draining.onTimeUp(stopAll);
    else stopAll();
    await Promise.all([...this.runs.values()].map((run) => run.settled));
  }

  private startNext(): void {
    while (this.running < BACKGROUND.running) {
      const run = this.waiting.shift();
      if (!run) return;
      if (run.hasEnded) continue;
      this.running += 1;
      run.start();
      void run.settled.then(() => this.next());
    }
  }

  private next(): void {
    this.running -= 1;
    this.startNext();
  }

  private forget(run: BackgroundRun, call: CallContext): void {
    const { id, status } = run.response;
    this.runs.delete(keyOf(run.scope, id));
    const { requestId, provider, model, key, attempts, usage, error } = call;
    call.endAttempts(status === 'cancelled');
    const summary = { response_id: id, request_id: requestId, status, provider, model, key, attempts, usage };
    this.logger.log({ ...summary, ...(error && { error: error.code }) }, 'background response');
  }
}

/** The same call without its client, who may leave. */
function detached(call: CallContext): CallContext {
  const own = new CallContext(call.requestId, call.strict);
  own.caller = call.caller;
  own.operation = call.operation;
  own.requestHeaders = call.requestHeaders;
  own.clientRequestId = call.clientRequestId;
  own.session = call.session;
  own.fallbacks = call.fallbacks;
  own.hops = call.hops;
  own.trace = call.trace;
  return own;
}

const keyOf = (scope: string, id: string): string => `${scope}\n${id}`;
