import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Agent, type Dispatcher } from 'undici';
import { AppModule } from '../../src/app.module.js';
import { createApp } from '../../src/bootstrap.js';
import { CerebrasSandbox } from '../../src/gateway/providers/sandbox/cerebras-sandbox.js';
import type { SandboxOptions } from '../../src/gateway/providers/sandbox/sandbox-options.js';
import type { SandboxRequest } from '../../src/gateway/providers/sandbox/sandbox-request.js';
import { AppLogger } from '../../src/telemetry/logger.js';
import { Answer } from './answer.js';
import { LogCapture } from './log-capture.js';

/** The gateway's own key: no answer, header or log line may hold it. */
export const UPSTREAM_KEY = 'csk-e2e-secret-key';
export const MODEL = 'cerebras/gpt-oss-120b';
/** The smallest chat request. */
export const CHAT = { model: MODEL, messages: [{ role: 'user', content: 'Say: hello' }] };
export const TEXT = { model: MODEL, prompt: 'The capital of France is' };

export interface GatewayOptions {
  /** Base URL of the upstream; default: a fresh sandbox. */
  upstream?: string;
  sandbox?: SandboxOptions;
  /** Settings by their environment names. */
  env?: Record<string, string>;
  /** Runs when all is made and nothing has begun. */
  beforeListening?: (app: NestFastifyApplication) => Promise<void>;
}

export interface Call {
  method?: Dispatcher.HttpMethod;
  /** An object is sent as JSON; text and bytes as they stand. */
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** A gateway on a real port with a sandbox as its upstream, and a client that reuses no state of either. */
export class TestGateway {
  private readonly agent = new Agent({ connections: null, headersTimeout: 0, bodyTimeout: 0 });

  private constructor(
    readonly app: NestFastifyApplication,
    readonly sandbox: CerebrasSandbox,
    readonly log: LogCapture,
    readonly port: number,
  ) {}

  static async start({
    upstream,
    sandbox: options,
    env = {},
    beforeListening,
  }: GatewayOptions = {}): Promise<TestGateway> {
    const sandbox = await CerebrasSandbox.start({ paceMs: 0, apiKey: UPSTREAM_KEY, ...options });
    const settings = {
      NODE_ENV: 'test',
      CEREBRAS_BASE_URL: upstream ?? sandbox.url,
      CEREBRAS_API_KEY: UPSTREAM_KEY,
      ASBRU_LOG_LEVEL: 'info',
      // A busy test machine is no reason to refuse requests; tests of that set their own limit.
      ASBRU_SHED_LOOP_DELAY_MS: '60000',
      ...env,
    };
    const log = new LogCapture();
    const app = await withEnvironment(settings, async () => {
      const made = await createApp(AppModule);
      log.attach(made.get(AppLogger));
      await beforeListening?.(made);
      await made.listen(0, '127.0.0.1');
      return made;
    }).catch(async (error: unknown) => {
      // An open server would keep the test run from ending.
      await sandbox.close();
      throw error;
    });
    const address = app.getHttpServer().address();
    return new TestGateway(app, sandbox, log, typeof address === 'object' && address ? address.port : 0);
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Requests for an answer that reached the sandbox: the gateway's own look at its models is left out. */
  get sent(): SandboxRequest[] {
    return this.sandbox.requests.filter((request) => request.method === 'POST');
  }

  /** The body of the last of them. */
  get sentBody(): Record<string, unknown> {
    return (this.sent.at(-1)?.json ?? {}) as Record<string, unknown>;
  }

  /** The same as text, for numbers that JSON.parse would round. */
  get sentText(): string {
    return this.sent.at(-1)?.rawBody.toString('utf8') ?? '';
  }

  /** Resolves with the n-th request for an answer that reaches the sandbox. */
  async arrival(n = 1): Promise<SandboxRequest> {
    for (let count = n; ; count++) {
      await this.sandbox.waitForRequests(count);
      const request = this.sent[n - 1];
      if (request) return request;
    }
  }

  /** Forgets what earlier tests did. */
  reset(): void {
    this.sandbox.reset();
    this.log.clear();
  }

  /** Sends a request and gives the answer's head; the body is the caller's to read. */
  open(path: string, { method = 'POST', body, headers, signal }: Call = {}): Promise<Dispatcher.ResponseData> {
    const raw = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
    return this.agent.request({
      origin: this.origin,
      path,
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      body: raw ? body : JSON.stringify(body),
      signal,
    });
  }

  async call(path: string, call: Call = {}): Promise<Answer> {
    const { statusCode, headers, body } = await this.open(path, call);
    return new Answer(statusCode, headers, await body.text());
  }

  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer> {
    return this.call(path, { body, headers });
  }

  get(path: string, headers?: Record<string, string>): Promise<Answer> {
    return this.call(path, { method: 'GET', headers });
  }

  /** A chat request with the smallest one's members where none are given. */
  chat(body: Record<string, unknown> = {}, headers?: Record<string, string>): Promise<Answer> {
    return this.post('/v1/chat/completions', { ...CHAT, ...body }, headers);
  }

  text(body: Record<string, unknown> = {}, headers?: Record<string, string>): Promise<Answer> {
    return this.post('/v1/completions', { ...TEXT, ...body }, headers);
  }

  async close(): Promise<void> {
    await this.agent.destroy();
    await this.app.close();
    await this.sandbox.close();
  }
}

/** Starts the application as main.ts does, with these settings in place of the environment's. */
export function startGateway(options: GatewayOptions = {}): Promise<TestGateway> {
  return TestGateway.start(options);
}

/** Starts a gateway for one step, and closes it however the step ends. */
export async function withGateway<T>(options: GatewayOptions, step: (gateway: TestGateway) => Promise<T>): Promise<T> {
  const gateway = await startGateway(options);
  try {
    return await step(gateway);
  } finally {
    await gateway.close();
  }
}

/** Runs a step with variables set, and puts back what was there. AppConfig reads the environment once, at creation. */
async function withEnvironment<T>(settings: Record<string, string>, step: () => Promise<T>): Promise<T> {
  const before = { ...process.env };
  Object.assign(process.env, settings);
  try {
    return await step();
  } finally {
    for (const name of Object.keys(settings)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}
