import { EMPTY, type Observable } from 'rxjs';
import type { UpstreamClocks } from '../../common/http/upstream-client.js';
import { type Operation, Provider, type UpstreamModel } from '../providers/provider.port.js';

/** A provider for tests that has a list of models and nothing else. */
export class FakeListingProvider extends Provider {
  readonly parameters = { chat: {}, completions: {} };
  readonly keys = [];
  readonly kind: string;
  readonly origin = 'https://upstream.test';
  /** How often the list was asked for. */
  lists = 0;
  /** What the next list is: replace it to fail or to answer late. */
  answer: () => Promise<UpstreamModel[]>;

  constructor(
    readonly name: string,
    ids: readonly string[] = [],
    readonly operations: ReadonlySet<Operation> = new Set<Operation>(['chat', 'completions', 'models']),
  ) {
    super();
    this.kind = name;
    this.answer = () => Promise.resolve(upstreamModels(ids));
  }

  clocksOf(): UpstreamClocks {
    return {
      connectMs: 1_000,
      firstByteMs: 1_000,
      firstTokenMs: 1_000,
      idleMs: 1_000,
      afterFinishMs: 1_000,
      totalMs: 1_000,
    };
  }

  listModels(): Promise<UpstreamModel[]> {
    this.lists++;
    return this.answer();
  }

  complete(): Observable<never> {
    return EMPTY;
  }

  stream(): Observable<never> {
    return EMPTY;
  }

  override completeText(): Observable<never> {
    return EMPTY;
  }

  override streamText(): Observable<never> {
    return EMPTY;
  }
}

/** Models as Cerebras lists them: `created` is 0. */
export function upstreamModels(ids: readonly string[]): UpstreamModel[] {
  return ids.map((id) => ({ id, created: 0, owned_by: 'Cerebras' }));
}
