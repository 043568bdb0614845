import { EMPTY, type Observable } from 'rxjs';
import { type Operation, Provider, type UpstreamModel } from '../providers/provider.port.js';

/** A provider for tests that has a list of models and nothing else. */
export class FakeListingProvider extends Provider {
  readonly parameters = { chat: {}, completions: {} };
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
    this.answer = () => Promise.resolve(upstreamModels(ids));
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

  completeText(): Observable<never> {
    return EMPTY;
  }

  streamText(): Observable<never> {
    return EMPTY;
  }
}

/** Models as Cerebras lists them: `created` is 0. */
export function upstreamModels(ids: readonly string[]): UpstreamModel[] {
  return ids.map((id) => ({ id, created: 0, owned_by: 'Cerebras' }));
}
