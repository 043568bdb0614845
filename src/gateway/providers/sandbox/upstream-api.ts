import { chatFrames, chatJson } from './answer-chat.js';
import { completionFrames, completionJson, planCompletion } from './answer-completion.js';
import { answerHead, planChat } from './answer-plan.js';
import { AnswerScript } from './answer-script.js';
import { countTokens, PromptCache, type TokenCounts } from './answer-usage.js';
import { CEREBRAS_FAULTS } from './cerebras-faults.js';
import { listModels, showModel } from './model-catalogue.js';
import { RateLimits } from './rate-limits.js';
import { type ValidRequest, validateChat, validateCompletion } from './request-validation.js';
import type { SandboxApi } from './sandbox-api.js';
import { DEFAULT_API_KEY, type SandboxOptions } from './sandbox-options.js';
import { badRequest, SandboxRefusal, tooLarge } from './sandbox-refusal.js';
import type { SandboxRequest } from './sandbox-request.js';
import { jsonAnswer, refusalAnswer, streamAnswer, type UpstreamAnswer } from './upstream-answer.js';

type Handler = (request: SandboxRequest) => UpstreamAnswer;

interface Route {
  method: 'GET' | 'POST';
  isPublic?: boolean;
  handle: Handler;
}

const PRIVATE_MODELS = '/v1/models';
const PUBLIC_MODELS = '/public/v1/models';

/** What api.cerebras.ai does with a request: routes, keys, validation, quotas, answers. */
export class UpstreamApi implements SandboxApi {
  readonly apiKey: string;
  readonly faults = CEREBRAS_FAULTS;
  readonly answers = new AnswerScript();
  private readonly keys: ReadonlySet<string>;
  private readonly limits: RateLimits;
  private cache = new PromptCache();
  private readonly routes: ReadonlyMap<string, Route> = new Map<string, Route>([
    ['/v1/chat/completions', { method: 'POST', handle: (request) => this.chat(request) }],
    ['/v1/completions', { method: 'POST', handle: (request) => this.complete(request) }],
    ['/v1/tcp_warming', { method: 'GET', handle: () => jsonAnswer('{}') }],
    [PRIVATE_MODELS, { method: 'GET', handle: (request) => models(request, false) }],
    [PUBLIC_MODELS, { method: 'GET', isPublic: true, handle: (request) => models(request, true) }],
  ]);

  constructor(options: SandboxOptions) {
    this.apiKey = options.apiKey ?? DEFAULT_API_KEY;
    this.keys = new Set([this.apiKey, ...(options.moreApiKeys ?? [])]);
    this.limits = new RateLimits(options.limits);
  }

  /** Answers a request whose body has been read; never throws for what a client can send. */
  answer(request: SandboxRequest): UpstreamAnswer {
    try {
      return this.dispatch(request);
    } catch (error) {
      if (error instanceof SandboxRefusal) return refusalAnswer(error);
      throw error;
    }
  }

  refuse(status: number, message: string): UpstreamAnswer {
    return refusalAnswer(status === 413 ? tooLarge(message) : new SandboxRefusal(status, message));
  }

  /** Forgets what earlier requests used up. */
  reset(): void {
    this.limits.reset();
    this.answers.clear();
    this.cache = new PromptCache();
  }

  private dispatch(request: SandboxRequest): UpstreamAnswer {
    // Cloudflare's browser check turns some default agents away before the API sees them (wire.md 1.1).
    if (/^python-urllib/i.test(request.headers['user-agent'] ?? '')) {
      throw new SandboxRefusal(403, 'error code: 1010');
    }
    const route = this.routes.get(request.path) ?? modelRoute(request.path);
    if (!route) throw new SandboxRefusal(404, '');
    if (!route.isPublic) this.authenticate(request);
    if (route.method !== request.method) {
      throw new SandboxRefusal(405, { detail: 'Method Not Allowed' }, { allow: route.method });
    }
    return route.handle(request);
  }

  private authenticate(request: SandboxRequest): void {
    if (!request.headers.authorization) throw new SandboxRefusal(403, { detail: 'Not authenticated' });
    const key = request.bearer;
    if (key === undefined) throw new SandboxRefusal(403, { detail: 'Invalid authentication credentials' });
    if (this.keys.has(key)) return;
    throw new SandboxRefusal(401, {
      message: 'Wrong API Key',
      type: 'invalid_request_error',
      param: 'api_key',
      code: 'wrong_api_key',
    });
  }

  private chat(request: SandboxRequest): UpstreamAnswer {
    const valid = validateChat(request.parse());
    checkHeaders(request, valid.body.service_tier);
    const choices = () => planChat(valid, this.answers.take(valid.body));
    return this.generate(valid, choices, (answer) => (valid.body.stream ? chatFrames(answer) : chatJson(answer)));
  }

  private complete(request: SandboxRequest): UpstreamAnswer {
    const valid = validateCompletion(request.parse());
    checkHeaders(request, undefined);
    const choices = () => planCompletion(valid);
    return this.generate(valid, choices, (answer) =>
      valid.body.stream ? completionFrames(answer) : completionJson(answer),
    );
  }

  /** The quota is reserved before the model runs, and what it did not need is given back (wire.md 1.8). */
  private generate<Body extends { prompt_cache_key?: string | null }, Choice extends Counted>(
    valid: ValidRequest<Body>,
    plan: () => Choice[],
    write: (answer: Generated<Body, Choice>) => string | string[],
  ): UpstreamAnswer {
    const reservation = this.limits.reserve(valid.model.id, valid.promptTokens, valid.maxTokens);
    const choices = plan();
    const counts = countTokens(valid, choices, this.cache);
    reservation.settle(counts.prompt + counts.completion);
    const head = answerHead(valid.model);
    const written = write({ head, body: valid.body, choices, counts });
    const headers = ['inference-id', head.id, ...reservation.headers];
    // About three tokens travel in a frame.
    return typeof written === 'string'
      ? jsonAnswer(written, headers, Math.ceil(counts.completion / 3))
      : streamAnswer(written, headers);
  }
}

interface Counted {
  tokens: number;
  reasoningTokens: number;
}

interface Generated<Body, Choice> {
  head: ReturnType<typeof answerHead>;
  body: Body;
  choices: Choice[];
  counts: TokenCounts;
}

function modelRoute(path: string): Route | undefined {
  for (const [base, isPublic] of [
    [PRIVATE_MODELS, false],
    [PUBLIC_MODELS, true],
  ] as const) {
    const id = path.startsWith(`${base}/`) ? path.slice(base.length + 1) : '';
    if (id) return { method: 'GET', isPublic, handle: (request) => model(request, id, isPublic) };
  }
  return undefined;
}

function formatOf(request: SandboxRequest): string | null {
  return request.query('format') ?? null;
}

function models(request: SandboxRequest, isPublic: boolean): UpstreamAnswer {
  return jsonAnswer(JSON.stringify(listModels(formatOf(request), isPublic)));
}

function model(request: SandboxRequest, id: string, isPublic: boolean): UpstreamAnswer {
  return jsonAnswer(JSON.stringify(showModel(id, formatOf(request), isPublic)));
}

/** The headers with a meaning of their own (wire.md 1.1). */
function checkHeaders({ headers }: SandboxRequest, tier: string | null | undefined): void {
  const patch = headers['x-cerebras-version-patch'];
  if (patch !== undefined && !/^\d+$/.test(String(patch))) {
    throw badRequest('X-Cerebras-Version-Patch: Input should be a valid integer');
  }
  const threshold = headers['queue_threshold'];
  if (threshold === undefined) return;
  const milliseconds = Number(threshold);
  if (!Number.isInteger(milliseconds) || milliseconds < 50 || milliseconds > 20_000) {
    throw badRequest('queue_threshold: Input should be an integer from 50 to 20000');
  }
  if (tier !== 'flex' && tier !== 'auto') {
    throw badRequest("queue_threshold is only allowed with service_tier 'flex' or 'auto'");
  }
}
