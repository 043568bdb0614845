import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Body, Controller, Get, Module, Post, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { CallContext } from '../../common/context/call-context.js';
import { Call } from '../../common/context/call.decorator.js';
import { GatewayError } from '../../common/errors/gateway-error.js';
import { ErrorFilter } from '../../common/errors/error.filter.js';
import { AppConfigModule } from '../../config/config.module.js';
import { RequestTelemetry } from '../request-telemetry.js';
import { TelemetryModule } from '../telemetry.module.js';
import { MetricsServer } from './metrics-server.js';
import { Metrics } from './metrics.port.js';

const UPSTREAM_ERROR = new GatewayError('upstream_unavailable', 'The upstream is away.');

/** What a request of these tests wants to have happened inside the gateway. */
interface Wish {
  model: string;
  stream?: boolean;
  fail?: boolean;
}

/** Stands for the endpoints and the router: notes on the call what they would. */
@Controller('v1')
class StandInController {
  @Post('chat/completions')
  async chat(@Body() wish: Wish, @Call() call: CallContext, @Res() reply: FastifyReply): Promise<void> {
    call.provider = 'cerebras';
    call.model = wish.model;
    call.startAttempt('cerebras', 'main', wish.model).end('upstream_error', 500);
    const second = call.startAttempt('cerebras', 'spare', wish.model, 'retry');
    if (wish.fail) {
      second.end('upstream_unavailable', 503);
      call.error = UPSTREAM_ERROR;
      await reply.status(503).send(UPSTREAM_ERROR.toBody());
      return;
    }
    second.end('ok', 200);
    call.firstTokenMs = 40;
    call.queueSeconds = 0.003;
    call.malformedChunks = 2;
    call.usage = {
      prompt_tokens: 100,
      completion_tokens: 11,
      total_tokens: 111,
      prompt_tokens_details: { cached_tokens: 60 },
      completion_tokens_details: { reasoning_tokens: 4 },
    };
    if (wish.stream) reply.header('content-type', 'text/event-stream; charset=utf-8');
    await reply.status(200).send('data: [DONE]\n\n');
  }

  @Get('models')
  models(): object {
    return { data: [] };
  }
}

@Module({ imports: [AppConfigModule, TelemetryModule], controllers: [StandInController] })
class StandInModule {}

class Gateway {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly origin: string,
  ) {}

  static async start(env: Record<string, string> = {}): Promise<Gateway> {
    const before = { ...process.env };
    Object.assign(process.env, { ASBRU_LOG_LEVEL: 'silent', ...env });
    const app = await NestFactory.create<NestFastifyApplication>(StandInModule, new FastifyAdapter(), {
      logger: false,
      abortOnError: false,
    }).finally(() => {
      process.env = before;
    });
    const telemetry = app.get(RequestTelemetry);
    app.get(Metrics).watch({ isKnownModel: (provider, model) => provider === 'cerebras' && model === 'gpt-oss-120b' });
    const fastify = app.getHttpAdapter().getInstance();
    fastify.addHook('onRequest', (request, reply, next) => {
      const counted = telemetry.begin(request, reply);
      reply.raw.once('close', () => telemetry.end(request, reply, counted));
      next();
    });
    app.useGlobalFilters(new ErrorFilter());
    try {
      await app.listen(0, '127.0.0.1');
    } catch (error) {
      await app.close();
      throw error;
    }
    const { port } = app.getHttpServer().address() as AddressInfo;
    return new Gateway(app, `http://127.0.0.1:${port}`);
  }

  async chat(wish: Wish): Promise<void> {
    const answer = await fetch(`${this.origin}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(wish),
    });
    await answer.text();
  }

  async get(path: string): Promise<{ status: number; type: string | null; text: string }> {
    const answer = await fetch(this.origin + path);
    return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
  }

  /** The lines of one metric. */
  async lines(name: string): Promise<string[]> {
    const text = await this.app.get(Metrics).render();
    return text.split('\n').filter((line) => line.startsWith(name));
  }

  close(): Promise<void> {
    return this.app.close();
  }
}

describe('Metrics', () => {
  let gateway: Gateway;
  beforeEach(async () => {
    gateway = await Gateway.start();
  });
  afterEach(() => gateway.close());

  it('counts a request, its attempts, its tokens and its times', async () => {
    await gateway.chat({ model: 'gpt-oss-120b', stream: true });
    await gateway.chat({ model: 'gpt-oss-120b', fail: true });
    const { status, type, text } = await gateway.get('/metrics');
    expect(status).toBe(200);
    expect(type).toBe('text/plain; version=0.0.4; charset=utf-8');
    const lines = new Set(text.split('\n'));
    const route = 'operation="chat",provider="cerebras",model="gpt-oss-120b"';
    for (const line of [
      `asbru_requests_total{${route},status_class="2xx",stream="true",outcome="ok"} 1`,
      `asbru_requests_total{${route},status_class="5xx",stream="false",outcome="upstream_error"} 1`,
      `asbru_request_duration_seconds_count{${route},stream="true",outcome="ok"} 1`,
      `asbru_time_to_first_token_seconds_bucket{le="0.05",${route}} 1`,
      `asbru_time_to_first_token_seconds_bucket{le="0.025",${route}} 0`,
      `asbru_time_per_output_token_seconds_count{${route}} 1`,
      'asbru_tokens_total{provider="cerebras",model="gpt-oss-120b",direction="input"} 100',
      'asbru_tokens_total{provider="cerebras",model="gpt-oss-120b",direction="output"} 11',
      'asbru_tokens_total{provider="cerebras",model="gpt-oss-120b",direction="cached"} 60',
      'asbru_tokens_total{provider="cerebras",model="gpt-oss-120b",direction="reasoning"} 4',
      'asbru_attempts_total{provider="cerebras",key="main",model="gpt-oss-120b",outcome="upstream_error"} 2',
      'asbru_attempts_total{provider="cerebras",key="spare",model="gpt-oss-120b",outcome="ok"} 1',
      'asbru_attempts_total{provider="cerebras",key="spare",model="gpt-oss-120b",outcome="upstream_unavailable"} 1',
      'asbru_retries_total{provider="cerebras",model="gpt-oss-120b"} 2',
      'asbru_provider_queue_seconds_bucket{le="0.005",provider="cerebras",model="gpt-oss-120b"} 1',
      'asbru_malformed_chunks_total{provider="cerebras",model="gpt-oss-120b"} 2',
      'asbru_in_flight_requests 0',
      'asbru_streams_open 0',
      'asbru_label_overflows_total 0',
    ]) {
      expect(lines).toContain(line);
    }
    expect(text).toMatch(/^asbru_event_loop_delay_p99_seconds [\d.e-]+$/m);
    expect(text).toMatch(/^process_cpu_seconds_total /m);
    expect(text).not.toMatch(/^asbru_fallbacks_total\{/m);
  });

  it('calls every model that only a caller knows "other"', async () => {
    for (let index = 0; index < 20; index++) await gateway.chat({ model: `made-up-${index}\n"x"` });
    const lines = await gateway.lines('asbru_requests_total{');
    expect(lines).toEqual([
      'asbru_requests_total{operation="chat",provider="cerebras",model="other",status_class="2xx",stream="false",outcome="ok"} 20',
    ]);
    expect(await gateway.app.get(Metrics).render()).not.toContain('made-up');
  });

  it('counts what is no inference without a model, and leaves out scrapes', async () => {
    await gateway.get('/v1/models');
    await gateway.get('/no/such/route');
    await gateway.get('/metrics');
    expect(await gateway.lines('asbru_requests_total{')).toEqual([
      'asbru_requests_total{operation="models",provider="none",model="none",status_class="2xx",stream="false",outcome="ok"} 1',
      'asbru_requests_total{operation="other",provider="none",model="none",status_class="4xx",stream="false",outcome="caller_error"} 1',
    ]);
  });

  it('shows the states of the router, the configuration, the load and the tracing when it is told where they are', async () => {
    expect(await gateway.lines('asbru_config')).toEqual([]);
    const route = { provider: 'cerebras', key: 'main', model: 'gpt-oss-120b' };
    const metrics = gateway.app.get(Metrics);
    metrics.watch({
      routes: () => [
        { ...route, breaker: 'open', weight: 0.25, health: 'failed', cooldownMs: 1_500 },
        { ...route, model: 'made-up', breaker: 'closed', weight: 1 },
      ],
      config: () => ({ version: 'c0ffee', loadedAt: 1_700_000_000, reloadFailed: true }),
      overload: () => ({ level: 3, shed: { heap: 0, loop_delay: 7 } }),
      spans: () => ({ exported: 5, dropped: 1 }),
    });
    metrics.cooldownStarted('cerebras', 'main', 'gpt-oss-120b', 'rate_limit');
    const text = await metrics.render();
    const labels = '{provider="cerebras",key="main",model="gpt-oss-120b"}';
    for (const line of [
      `asbru_breaker_state${labels} 2`,
      `asbru_key_weight${labels} 0.25`,
      `asbru_key_health${labels} 3`,
      `asbru_cooldown_seconds${labels} 1.5`,
      'asbru_cooldowns_total{provider="cerebras",key="main",model="gpt-oss-120b",reason="rate_limit"} 1',
      'asbru_config_info{version="c0ffee"} 1',
      'asbru_config_loaded_timestamp_seconds 1700000000',
      'asbru_config_reload_failed 1',
      'asbru_overload_level 3',
      'asbru_requests_shed_total{reason="loop_delay"} 7',
      'asbru_spans_exported_total 5',
      'asbru_spans_dropped_total 1',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    expect(text).not.toContain('made-up');
  });
});

describe('Where the metrics are', () => {
  it('are nowhere when they are off', async () => {
    const gateway = await Gateway.start({ ASBRU_METRICS: 'off' });
    await gateway.chat({ model: 'gpt-oss-120b' });
    expect((await gateway.get('/metrics')).status).toBe(404);
    expect(await gateway.app.get(Metrics).render()).toBe('');
    await gateway.close();
  });

  it('are only on their own port when they have one', async () => {
    const gateway = await Gateway.start({ ASBRU_METRICS_PORT: '0', PORT: '8080' });
    await gateway.chat({ model: 'gpt-oss-120b' });
    expect((await gateway.get('/metrics')).status).toBe(404);
    const origin = `http://127.0.0.1:${gateway.app.get(MetricsServer).port}`;
    const scrape = await fetch(`${origin}/metrics?name=x`);
    expect(scrape.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await scrape.text()).toContain('asbru_requests_total{operation="chat"');
    expect((await fetch(`${origin}/v1/models`)).status).toBe(404);
    expect((await fetch(`${origin}/metrics`, { method: 'POST' })).status).toBe(405);
    await gateway.close();
    await expect(fetch(`${origin}/metrics`)).rejects.toThrow('fetch failed');
  });

  it('stop the start when their port is taken, and say so', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    try {
      await expect(Gateway.start({ ASBRU_METRICS_PORT: String(port) })).rejects.toThrow(
        new RegExp(`^Asbru cannot serve metrics on ASBRU_METRICS_PORT ${port}: .*EADDRINUSE`),
      );
    } finally {
      taken.close();
    }
  });
});
