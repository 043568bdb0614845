import { isObject } from '../json-value.js';
import type { SandboxApi } from '../sandbox-api.js';
import type { SandboxOptions } from '../sandbox-options.js';
import type { SandboxRequest } from '../sandbox-request.js';
import type { UpstreamAnswer } from '../upstream-answer.js';
import { AnswerWriter } from './answer-writer.js';
import { checkConfig } from './config-rules.js';
import { checkConversation } from './conversation-rules.js';
import { eventAnswer, GeminiRefusal, invalid, refused, RPC, wholeAnswer } from './gemini-answers.js';
import { GEMINI_FAULTS } from './gemini-faults.js';
import { listModels, modelNamed, type SandboxGemini, show } from './gemini-models.js';
import { COUNT_TOKENS, GENERATE_CONTENT } from './generate-fields.js';
import { countPrompt, planAnswer } from './generate-plan.js';
import type { GenerateBody } from './generate-request.types.js';
import { readProto } from './proto-json.js';
import { SignatureSigner } from './signature-signer.js';

export const GEMINI_SANDBOX_KEY = 'AIza-sandbox';

const MODELS = /^\/v1(?:beta|alpha)?\/models(?:\/([^/:]+)(?::(\w+))?)?$/;
const BLOCKED = 'TRIGGER_BLOCK';

/** What generativelanguage.googleapis.com does with a request: routes, keys, validation, answers. */
export class GeminiApi implements SandboxApi {
  readonly apiKey: string;
  readonly faults = GEMINI_FAULTS;
  private readonly keys: ReadonlySet<string>;
  private readonly signer = new SignatureSigner();

  constructor(options: SandboxOptions) {
    this.apiKey = options.apiKey ?? GEMINI_SANDBOX_KEY;
    this.keys = new Set([this.apiKey, ...(options.moreApiKeys ?? [])]);
  }

  answer(request: SandboxRequest): UpstreamAnswer {
    try {
      return this.dispatch(request);
    } catch (error) {
      if (error instanceof GeminiRefusal) return refused(error);
      throw error;
    }
  }

  refuse(status: number, message: string): UpstreamAnswer {
    return refused(new GeminiRefusal(status, message));
  }

  reset(): void {
    // Signatures stay valid: a conversation may go on after a reset.
  }

  private dispatch(request: SandboxRequest): UpstreamAnswer {
    const route = MODELS.exec(request.path);
    if (!route) throw new GeminiRefusal(404, 'Requested entity was not found.');
    this.authenticate(request);
    const [, id, method] = route;
    if (id === undefined) return this.get(request, () => listModels((name) => request.query(name)));
    if (method === undefined)
      return this.get(request, () => show(modelNamed(decodeURIComponent(id), 'generateContent')));
    if (request.method !== 'POST') throw new GeminiRefusal(404, 'Requested entity was not found.');
    const model = modelNamed(decodeURIComponent(id), method);
    switch (method) {
      case 'generateContent':
        return this.generate(request, model, 'whole');
      case 'streamGenerateContent':
        return this.generate(request, model, request.query('alt') === 'sse' ? 'events' : 'array');
      case 'countTokens':
        return this.count(request);
      default:
        throw new GeminiRefusal(404, 'Requested entity was not found.');
    }
  }

  private get(request: SandboxRequest, answer: () => object): UpstreamAnswer {
    if (request.method !== 'GET') throw new GeminiRefusal(404, 'Requested entity was not found.');
    return wholeAnswer(answer());
  }

  private authenticate(request: SandboxRequest): void {
    const header = request.headers['x-goog-api-key'];
    const key = typeof header === 'string' ? header : request.query('key');
    if (key !== undefined) {
      if (this.keys.has(key)) return;
      throw new GeminiRefusal(400, 'API key not valid. Please pass a valid API key.', [
        {
          '@type': `${RPC}.ErrorInfo`,
          reason: 'API_KEY_INVALID',
          domain: 'googleapis.com',
          metadata: { service: 'generativelanguage.googleapis.com' },
        },
      ]);
    }
    if (request.bearer === undefined) {
      throw new GeminiRefusal(
        403,
        "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
      );
    }
    if (!this.keys.has(request.bearer)) {
      throw new GeminiRefusal(
        401,
        'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
      );
    }
  }

  private generate(request: SandboxRequest, model: SandboxGemini, form: 'whole' | 'events' | 'array'): UpstreamAnswer {
    const body: GenerateBody = readProto(readJson(request), GENERATE_CONTENT);
    checkConversation(body.contents, model, this.signer);
    checkConfig(body, model);
    const tokens = countPrompt(body);
    if (tokens > model.inputLimit) {
      throw invalid(
        `The input token count (${tokens}) exceeds the maximum number of tokens allowed (${model.inputLimit}).`,
      );
    }
    if (JSON.stringify(body.contents).includes(BLOCKED)) return blocked(model, tokens, form);
    const planned = planAnswer(body, model);
    const writer = new AnswerWriter(model, body.generationConfig ?? {}, planned, this.signer);
    if (form === 'events') return eventAnswer(writer.pieces());
    return form === 'array'
      ? wholeAnswer(writer.pieces())
      : // About three tokens travel in an event.
        wholeAnswer(writer.whole(), Math.ceil(planned.answerTokens / 3));
  }

  private count(request: SandboxRequest): UpstreamAnswer {
    const { generateContentRequest: whole, ...rest } = readProto(readJson(request), COUNT_TOKENS);
    const body: GenerateBody = isObject(whole) ? whole : rest;
    if (!body.contents) throw invalid('* CountTokensRequest.contents: contents is not specified\n');
    const totalTokens = countPrompt(body);
    return wholeAnswer({ totalTokens, promptTokensDetails: [{ modality: 'TEXT', tokenCount: totalTokens }] });
  }
}

/** The prompt itself was refused: an answer without candidates. */
function blocked(model: SandboxGemini, tokens: number, form: 'whole' | 'events' | 'array'): UpstreamAnswer {
  const document = {
    promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
    usageMetadata: { promptTokenCount: tokens, totalTokenCount: tokens },
    modelVersion: model.id,
  };
  if (form === 'events') return eventAnswer([document]);
  return wholeAnswer(form === 'array' ? [document] : document);
}

function readJson({ rawBody }: SandboxRequest): unknown {
  try {
    const parsed: unknown = JSON.parse(rawBody.toString('utf8'));
    return parsed;
  } catch {
    throw invalid('Invalid JSON payload received. Unexpected token.');
  }
}
