import type { FastifyReply } from 'fastify';
import { CallContext } from '../../common/context/call-context.js';
import type { RequestOutcome, RequestSummary } from '../request-summary.js';
import { LabelSets } from './label-sets.js';
import { PromMetrics } from './prom-metrics.js';

function summary(call: CallContext | undefined, changes: Partial<RequestSummary> = {}): RequestSummary {
  const outcome: RequestOutcome = 'ok';
  return {
    method: 'POST',
    route: '/v1/chat/completions',
    operation: 'chat',
    status: 200,
    durationMs: 12,
    aborted: false,
    answered: true,
    outcome,
    stream: false,
    call,
    ...changes,
  };
}

function callOf(model: string, key = 'main'): CallContext {
  const call = new CallContext('req_1');
  call.provider = 'cerebras';
  call.model = model;
  call.startAttempt('cerebras', key, model).end('ok', 200);
  return call;
}

async function linesOf(metrics: PromMetrics, name: string): Promise<string[]> {
  const text = await metrics.render();
  return text.split('\n').filter((line) => line.startsWith(name));
}

describe('PromMetrics', () => {
  it('holds a bounded number of label sets, whatever happens', async () => {
    const metrics = new PromMetrics(3);
    metrics.watch({ isKnownModel: () => true });
    for (let index = 0; index < 10; index++) metrics.requestDone(summary(callOf(`m${index}`, `k${index}`)), undefined);
    const requests = await linesOf(metrics, 'asbru_requests_total{');
    expect(requests).toHaveLength(4);
    expect(requests.at(-1)).toBe(
      'asbru_requests_total{operation="other",provider="other",model="other",status_class="2xx",stream="other",outcome="ok"} 7',
    );
    expect(await linesOf(metrics, 'asbru_attempts_total{')).toHaveLength(4);
    expect(await linesOf(metrics, 'asbru_label_overflows_total')).toEqual(['asbru_label_overflows_total 14']);
  });

  it('counts clients that left, before and during their answer', async () => {
    const metrics = new PromMetrics();
    metrics.requestDone(summary(undefined, { outcome: 'client_closed', status: 499, answered: false }), undefined);
    metrics.requestDone(summary(undefined, { outcome: 'client_closed', aborted: true }), undefined);
    expect(await linesOf(metrics, 'asbru_client_closed_total{')).toEqual([
      'asbru_client_closed_total{operation="chat",phase="before_answer"} 1',
      'asbru_client_closed_total{operation="chat",phase="during_answer"} 1',
    ]);
  });

  it('does not trust the numbers of an upstream', async () => {
    const metrics = new PromMetrics();
    const call = callOf('m');
    call.usage = { prompt_tokens: Number.NaN, completion_tokens: -5, total_tokens: Number.POSITIVE_INFINITY };
    call.queueSeconds = Number.NaN;
    metrics.requestDone(summary(call, { stream: true }), undefined);
    expect(await linesOf(metrics, 'asbru_tokens_total{')).toEqual([]);
    expect(await linesOf(metrics, 'asbru_provider_queue_seconds_count')).toEqual([]);
    expect(await linesOf(metrics, 'asbru_requests_total{')).toHaveLength(1);
  });

  it('takes the time per token from the upstream, not from a slow reader', async () => {
    const metrics = new PromMetrics();
    metrics.watch({ isKnownModel: () => true });
    const call = callOf('m');
    const [won] = call.trail;
    Object.assign(won ?? {}, { endedAt: call.startedAt + 120 });
    call.firstTokenMs = 20;
    call.usage = { prompt_tokens: 1, completion_tokens: 101, total_tokens: 102 };
    metrics.requestDone(summary(call, { stream: true, durationMs: 60_000 }), undefined);
    const [sum] = await linesOf(metrics, 'asbru_time_per_output_token_seconds_sum');
    expect(Number(sum?.split(' ').at(-1))).toBeCloseTo(0.001, 9);
  });

  it('knows how many requests and streams are open', async () => {
    const metrics = new PromMetrics();
    const stream = { raw: { headersSent: true }, getHeader: () => 'text/event-stream; charset=utf-8' };
    const waiting = { raw: { headersSent: false }, getHeader: () => 'text/event-stream; charset=utf-8' };
    const whole = { raw: { headersSent: true }, getHeader: () => 'application/json' };
    const [streamed] = [stream, waiting, whole].map((reply) =>
      metrics.requestStarted(reply as unknown as FastifyReply),
    );
    expect(await linesOf(metrics, 'asbru_in_flight_requests')).toEqual(['asbru_in_flight_requests 3']);
    expect(await linesOf(metrics, 'asbru_streams_open')).toEqual(['asbru_streams_open 1']);
    metrics.requestDone(summary(undefined), streamed);
    expect(await linesOf(metrics, 'asbru_in_flight_requests')).toEqual(['asbru_in_flight_requests 2']);
    expect(await linesOf(metrics, 'asbru_streams_open')).toEqual(['asbru_streams_open 0']);
  });
});

describe('LabelSets', () => {
  it('makes each set once', () => {
    const sets = new LabelSets(10, (values) => ({ values }));
    expect(sets.get('a', 'b')).toBe(sets.get('a', 'b'));
    expect(sets.get('a', 'b')).not.toBe(sets.get('b', 'a'));
    expect(sets.find('a', 'b')).toEqual({ values: ['a', 'b'] });
    expect(sets.find('a', 'c')).toBeUndefined();
  });

  it('does not take a text with a line feed for two values', () => {
    const sets = new LabelSets(10, (values) => ({ values }));
    sets.get('a', 'b', 'c');
    expect(sets.find('a', 'b\nc', 'd')).toBeUndefined();
  });
});
