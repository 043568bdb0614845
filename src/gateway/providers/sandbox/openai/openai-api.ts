import type { SandboxApi } from '../sandbox-api.js';
import { DEFAULT_API_KEY, type SandboxOptions } from '../sandbox-options.js';
import type { SandboxRequest } from '../sandbox-request.js';
import { SandboxRefusal } from '../sandbox-refusal.js';
import type { UpstreamAnswer } from '../upstream-answer.js';
import { speak, transcribe } from './audio.js';
import { Batches } from './batches.js';
import { chat } from './chat.js';
import { embed } from './embeddings.js';
import { Files } from './files.js';
import { change, generate } from './images.js';
import { moderate } from './moderations.js';
import { parseForm } from './multipart-form.js';
import { json, refusalAnswer } from './openai-answer.js';
import { OPENAI_FAULTS } from './openai-faults.js';
import { listModels, showModel } from './openai-models.js';
import { OpenAiRefusal } from './openai-refusal.js';
import { Responses } from './responses.js';

type Handler = (request: SandboxRequest, id: string) => UpstreamAnswer;

interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly handle: Handler;
}

/** What api.openai.com does with a request: routes, keys, validation, answers, what it stores. */
export class OpenAiApi implements SandboxApi {
  readonly apiKey: string;
  readonly faults = OPENAI_FAULTS;
  private readonly keys: ReadonlySet<string>;
  private readonly files = new Files();
  private readonly batches = new Batches(this.files);
  private readonly responses = new Responses();
  private readonly routes: readonly Route[] = [
    route('POST', 'chat/completions', (request) => chat(bodyOf(request))),
    route('POST', 'responses', (request) => this.responses.create(bodyOf(request))),
    route('GET', 'responses/:id', (_, id) => this.responses.show(id)),
    route('DELETE', 'responses/:id', (_, id) => this.responses.remove(id)),
    route('GET', 'models', () => json(listModels())),
    route('GET', 'models/:id', (_, id) => json(showModel(id))),
    route('POST', 'embeddings', (request) => embed(bodyOf(request))),
    route('POST', 'images/generations', (request) => generate(bodyOf(request))),
    route('POST', 'images/edits', (request) => change(parseForm(request), 'edits')),
    route('POST', 'images/variations', (request) => change(parseForm(request), 'variations')),
    route('POST', 'audio/speech', (request) => speak(bodyOf(request))),
    route('POST', 'audio/transcriptions', (request) => transcribe(parseForm(request), 'transcribe')),
    route('POST', 'audio/translations', (request) => transcribe(parseForm(request), 'translate')),
    route('POST', 'moderations', (request) => moderate(bodyOf(request))),
    route('POST', 'files', (request) => this.files.create(parseForm(request))),
    route('GET', 'files', (request) => this.files.list(request.query('purpose'), limitOf(request))),
    route('GET', 'files/:id', (_, id) => this.files.show(id)),
    route('DELETE', 'files/:id', (_, id) => this.files.remove(id)),
    route('GET', 'files/:id/content', (_, id) => this.files.content(id)),
    route('POST', 'batches', (request) => this.batches.create(bodyOf(request))),
    route('GET', 'batches', (request) => this.batches.list(limitOf(request))),
    route('GET', 'batches/:id', (_, id) => this.batches.show(id)),
    route('POST', 'batches/:id/cancel', (_, id) => this.batches.cancel(id)),
  ];

  constructor(options: SandboxOptions) {
    this.apiKey = options.apiKey ?? DEFAULT_API_KEY;
    this.keys = new Set([this.apiKey, ...(options.moreApiKeys ?? [])]);
  }

  answer(request: SandboxRequest): UpstreamAnswer {
    try {
      this.authenticate(request);
      return this.dispatch(request);
    } catch (error) {
      if (error instanceof OpenAiRefusal) return refusalAnswer(error);
      throw error;
    }
  }

  refuse(status: number, message: string): UpstreamAnswer {
    return refusalAnswer(
      new OpenAiRefusal(status, message, { type: status < 500 ? 'invalid_request_error' : 'server_error' }),
    );
  }

  reset(): void {
    this.files.clear();
    this.batches.clear();
    this.responses.clear();
  }

  private dispatch(request: SandboxRequest): UpstreamAnswer {
    for (const { method, path, handle } of this.routes) {
      const match = method === request.method ? path.exec(request.path) : null;
      if (match) return handle(request, decodeURIComponent(match[1] ?? ''));
    }
    throw new OpenAiRefusal(404, `Invalid URL (${request.method} ${request.path})`);
  }

  private authenticate({ bearer }: SandboxRequest): void {
    if (bearer === undefined) throw new OpenAiRefusal(401, "You didn't provide an API key.");
    if (this.keys.has(bearer)) return;
    throw new OpenAiRefusal(401, `Incorrect API key provided: ${bearer.slice(0, 3)}***.`, { code: 'invalid_api_key' });
  }
}

function route(method: string, path: string, handle: Handler): Route {
  return { method, path: new RegExp(`^/v1/${path.replace(':id', '([^/]+)')}$`), handle };
}

function bodyOf(request: SandboxRequest): unknown {
  try {
    return request.parse();
  } catch (error) {
    if (!(error instanceof SandboxRefusal)) throw error;
    throw new OpenAiRefusal(400, 'We could not parse the JSON body of your request.');
  }
}

function limitOf(request: SandboxRequest): number {
  return Number(request.query('limit') ?? 20);
}
