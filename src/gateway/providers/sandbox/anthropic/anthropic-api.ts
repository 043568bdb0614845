import type { SandboxApi } from '../sandbox-api.js';
import type { SandboxOptions } from '../sandbox-options.js';
import type { SandboxRequest } from '../sandbox-request.js';
import type { UpstreamAnswer } from '../upstream-answer.js';
import { AnthropicRefusal, eventAnswer, invalid, refused, wholeAnswer } from './anthropic-answers.js';
import { ANTHROPIC_FAULTS } from './anthropic-faults.js';
import { AnthropicLimits } from './anthropic-limits.js';
import { type ClaudeModel, listModels, modelNamed, showModel } from './anthropic-models.js';
import { checkConversation } from './conversation-rules.js';
import { planMessage } from './message-plan.js';
import { MessageWriter } from './message-writer.js';
import { assertCountBody, assertMessagesBody } from './messages-fields.js';
import type { MessagesBody } from './messages-request.types.js';
import { checkForModel } from './model-rules.js';
import { countPrompt, PromptPrefixes } from './prompt-cache.js';
import { ThinkingSigner } from './thinking-signer.js';

export const ANTHROPIC_SANDBOX_KEY = 'sk-ant-sandbox';

const VERSIONS = new Set(['2023-01-01', '2023-06-01', '2026-10-21']);
const MODELS = '/v1/models';

/** What api.anthropic.com does with a request: routes, keys, versions, validation, limits, answers. */
export class AnthropicApi implements SandboxApi {
  readonly apiKey: string;
  readonly faults = ANTHROPIC_FAULTS;
  private readonly keys: ReadonlySet<string>;
  private readonly limits: AnthropicLimits;
  private readonly signer = new ThinkingSigner();
  private prefixes = new PromptPrefixes();

  constructor(options: SandboxOptions) {
    this.apiKey = options.apiKey ?? ANTHROPIC_SANDBOX_KEY;
    this.keys = new Set([this.apiKey, ...(options.moreApiKeys ?? [])]);
    this.limits = new AnthropicLimits(options.limits);
  }

  answer(request: SandboxRequest): UpstreamAnswer {
    try {
      return this.dispatch(request);
    } catch (error) {
      if (error instanceof AnthropicRefusal) return refused(error);
      throw error;
    }
  }

  refuse(status: number, message: string): UpstreamAnswer {
    return refused(new AnthropicRefusal(status, message));
  }

  reset(): void {
    this.limits.reset();
    this.prefixes = new PromptPrefixes();
  }

  private dispatch(request: SandboxRequest): UpstreamAnswer {
    const { path } = request;
    switch (path) {
      case '/v1/messages':
        this.admit(request, 'POST');
        return this.message(readJson(request));
      case '/v1/messages/count_tokens':
        this.admit(request, 'POST');
        return this.count(readJson(request));
      case MODELS:
        this.admit(request, 'GET');
        return wholeAnswer(listModels((name) => request.query(name)));
      default:
        if (!path.startsWith(`${MODELS}/`)) throw new AnthropicRefusal(404, 'Not found');
        this.admit(request, 'GET');
        return wholeAnswer(showModel(decodeURIComponent(path.slice(MODELS.length + 1))));
    }
  }

  /** Method, then key, then version: the order in which the API refuses. */
  private admit(request: SandboxRequest, method: 'GET' | 'POST'): void {
    if (request.method !== method) throw new AnthropicRefusal(405, 'Method Not Allowed', { allow: method });
    const { headers, bearer } = request;
    const key = headers['x-api-key'] ?? bearer;
    if (key === undefined) throw new AnthropicRefusal(401, 'x-api-key header is required');
    if (typeof key !== 'string' || !this.keys.has(key)) {
      throw new AnthropicRefusal(
        401,
        headers['x-api-key'] === undefined ? 'Invalid bearer token' : 'invalid x-api-key',
      );
    }
    const version = headers['anthropic-version'];
    if (version === undefined) throw invalid('anthropic-version: header is required');
    if (!VERSIONS.has(String(version))) throw invalid(`anthropic-version: "${String(version)}" is not a valid version`);
  }

  private message(body: unknown): UpstreamAnswer {
    assertMessagesBody(body);
    const model = this.check(body);
    const prompt = this.prefixes.use(body);
    const reservation = this.limits.reserve(
      model.id,
      prompt.input + prompt.cacheWrite,
      body.max_tokens ?? model.maxOutput,
    );
    const planned = planMessage(body, model);
    reservation.settle(planned.tokens);
    const writer = new MessageWriter(model, planned, prompt, this.signer);
    // About three tokens travel in an event.
    return body.stream
      ? eventAnswer(writer.events(), reservation.headers)
      : wholeAnswer(writer.whole(), reservation.headers, Math.ceil(planned.tokens / 3));
  }

  private count(body: unknown): UpstreamAnswer {
    assertCountBody(body);
    this.check(body);
    return wholeAnswer({ input_tokens: countPrompt(body) });
  }

  /** @throws AnthropicRefusal for what this model does not take */
  private check(body: MessagesBody): ClaudeModel {
    const model = modelNamed(body.model);
    checkForModel(body, model);
    checkConversation(body, model, this.signer);
    const tokens = countPrompt(body);
    if (tokens > model.context) throw invalid(`prompt is too long: ${tokens} tokens > ${model.context} maximum`);
    return model;
  }
}

function readJson({ headers, rawBody }: SandboxRequest): unknown {
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw new AnthropicRefusal(415, 'content-type: must be application/json');
  if (headers['content-encoding'] !== undefined) {
    throw new AnthropicRefusal(415, 'content-encoding: compressed bodies are not supported');
  }
  try {
    const parsed: unknown = JSON.parse(rawBody.toString('utf8'));
    return parsed;
  } catch {
    throw invalid('The request body is not valid JSON');
  }
}
