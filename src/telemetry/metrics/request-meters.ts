import { Histogram, type Registry } from 'prom-client';
import type { CallUsage } from '../../common/context/call-context.js';
import type { RequestSummary } from '../request-summary.js';
import { LabelSets } from './label-sets.js';
import { type Cell, Tally } from './tally.js';

/** In seconds. Answers take from some milliseconds (refused) to the total limit of 15 minutes. */
const DURATION_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900];
const FIRST_TOKEN_BUCKETS = [0.025, 0.05, 0.1, 0.15, 0.25, 0.4, 0.6, 1, 1.5, 2.5, 5, 10, 30, 60, 120];
/** Cerebras writes some 300 to 3,000 tokens per second, others 20 to 100. */
const TOKEN_BUCKETS = [0.0002, 0.0004, 0.0007, 0.001, 0.002, 0.004, 0.007, 0.01, 0.02, 0.04, 0.07, 0.1, 0.25, 0.5, 1];
const QUEUE_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

interface Observer {
  observe(value: number): void;
}

/** Label values: operation, provider, model, stream. */
type SetLabels = readonly [operation: string, provider: string, model: string, stream: string];

/** The instruments that finished requests are counted with. */
export class RequestMeters {
  private readonly requests: Tally;
  private readonly tokens: Tally;
  private readonly malformed: Tally;
  private readonly clientClosed: Tally;
  private readonly duration: Histogram;
  private readonly firstToken: Histogram;
  private readonly perToken: Histogram;
  private readonly queue: Histogram;
  /** One for each operation, provider, model and way of answering. */
  readonly sets: LabelSets<RequestSet>;

  constructor(registry: Registry, maxSets: number) {
    const registers = [registry];
    const route = ['operation', 'provider', 'model'];
    this.requests = new Tally(registry, 'asbru_requests_total', 'Requests that are done, answered or not', [
      ...route,
      'status_class',
      'stream',
      'outcome',
    ]);
    this.tokens = new Tally(
      registry,
      'asbru_tokens_total',
      'Tokens as the provider counted them; input includes cached, output includes reasoning',
      ['provider', 'model', 'direction'],
    );
    this.malformed = new Tally(
      registry,
      'asbru_malformed_chunks_total',
      'Pieces of upstream streams that could not be read and were skipped',
      ['provider', 'model'],
    );
    this.clientClosed = new Tally(
      registry,
      'asbru_client_closed_total',
      'Requests whose client went away before the end of the answer',
      ['operation', 'phase'],
    );
    this.duration = new Histogram({
      name: 'asbru_request_duration_seconds',
      help: 'Time from arrival until the last byte was handed to the socket',
      labelNames: [...route, 'stream', 'outcome'],
      buckets: DURATION_BUCKETS,
      registers,
    });
    this.firstToken = new Histogram({
      name: 'asbru_time_to_first_token_seconds',
      help: 'Streams: time from arrival to the first piece of the answer, failed attempts included',
      labelNames: route,
      buckets: FIRST_TOKEN_BUCKETS,
      registers,
    });
    this.perToken = new Histogram({
      name: 'asbru_time_per_output_token_seconds',
      help: 'Streams: time from the first to the last token, divided by the tokens after the first',
      labelNames: route,
      buckets: TOKEN_BUCKETS,
      registers,
    });
    this.queue = new Histogram({
      name: 'asbru_provider_queue_seconds',
      help: "Time that requests waited inside the provider, as it says (Cerebras' time_info.queue_time)",
      labelNames: ['provider', 'model'],
      buckets: QUEUE_BUCKETS,
      registers,
    });
    this.sets = new LabelSets(maxSets, ([operation = '', provider = '', model = '', stream = '']) => {
      return this.open([operation, provider, model, stream]);
    });
  }

  private open(labels: SetLabels): RequestSet {
    const [operation, provider, model, stream] = labels;
    return new RequestSet({
      requests: (statusClass, outcome) => this.requests.cell(operation, provider, model, statusClass, stream, outcome),
      duration: (outcome) => this.duration.labels(operation, provider, model, stream, outcome),
      clientClosed: (phase) => this.clientClosed.cell(operation, phase),
      tokens: (direction) => this.tokens.cell(provider, model, direction),
      malformed: () => this.malformed.cell(provider, model),
      firstToken: () => this.firstToken.labels(operation, provider, model),
      perToken: () => this.perToken.labels(operation, provider, model),
      queue: () => this.queue.labels(provider, model),
    });
  }
}

/** Makes the instruments of one set when they are first needed: what never happens has no line in a scrape. */
interface SetInstruments {
  requests(statusClass: string, outcome: string): Cell;
  duration(outcome: string): Observer;
  clientClosed(phase: string): Cell;
  tokens(direction: string): Cell;
  malformed(): Cell;
  firstToken(): Observer;
  perToken(): Observer;
  queue(): Observer;
}

/** The instruments of the requests that have the same labels, resolved once. */
class RequestSet {
  private readonly cells = new Map<string, Cell>();
  private readonly durations = new Map<string, Observer>();
  private firstToken?: Observer;
  private perToken?: Observer;
  private queue?: Observer;

  constructor(private readonly instruments: SetInstruments) {}

  record(summary: RequestSummary): void {
    const { outcome, durationMs, call } = summary;
    const statusClass = `${Math.trunc(summary.status / 100)}xx`;
    this.cell(outcome + statusClass, () => this.instruments.requests(statusClass, outcome)).value++;
    this.durationOf(outcome).observe(durationMs / 1000);
    if (outcome === 'client_closed') {
      const phase = summary.answered ? 'during_answer' : 'before_answer';
      this.cell(phase, () => this.instruments.clientClosed(phase)).value++;
    }
    if (!call) return;
    if (call.malformedChunks > 0) this.add('malformed', call.malformedChunks, () => this.instruments.malformed());
    if (call.queueSeconds !== undefined) {
      this.queue ??= this.instruments.queue();
      observe(this.queue, call.queueSeconds);
    }
    if (call.usage) this.countTokens(call.usage);
    if (summary.stream && call.firstTokenMs !== undefined) this.recordStream(summary, call.firstTokenMs);
  }

  private recordStream(summary: RequestSummary, firstTokenMs: number): void {
    this.firstToken ??= this.instruments.firstToken();
    observe(this.firstToken, firstTokenMs / 1000);
    const tokens = summary.call?.usage?.completion_tokens ?? 0;
    if (summary.outcome !== 'ok' || tokens < 2) return;
    this.perToken ??= this.instruments.perToken();
    observe(this.perToken, (answeredMs(summary) - firstTokenMs) / 1000 / (tokens - 1));
  }

  private countTokens(usage: CallUsage): void {
    this.countDirection('input', usage.prompt_tokens);
    this.countDirection('output', usage.completion_tokens);
    this.countDirection('cached', usage.prompt_tokens_details?.cached_tokens);
    this.countDirection('reasoning', usage.completion_tokens_details?.reasoning_tokens);
  }

  private countDirection(direction: string, tokens: number | undefined): void {
    this.add(direction, tokens ?? 0, () => this.instruments.tokens(direction));
  }

  /** Numbers come from upstreams: one that is none, or is negative, would make the counter useless. */
  private add(name: string, amount: number, make: () => Cell): void {
    if (Number.isFinite(amount) && amount > 0) this.cell(name, make).value += amount;
  }

  private cell(name: string, make: () => Cell): Cell {
    let cell = this.cells.get(name);
    if (!cell) this.cells.set(name, (cell = make()));
    return cell;
  }

  private durationOf(outcome: string): Observer {
    let observer = this.durations.get(outcome);
    if (!observer) this.durations.set(outcome, (observer = this.instruments.duration(outcome)));
    return observer;
  }
}

/** prom-client throws on what is no number, and a negative time is a clock's fault. */
function observe(observer: Observer, seconds: number): void {
  if (Number.isFinite(seconds)) observer.observe(Math.max(0, seconds));
}

/** Milliseconds from arrival to the end of the upstream's answer, which a slow reader does not prolong much. */
function answeredMs({ call, durationMs }: RequestSummary): number {
  const won = call?.trail.find((record) => record.outcome === 'ok');
  return call && won?.endedAt !== undefined ? won.endedAt - call.startedAt : durationMs;
}
