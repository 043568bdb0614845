/** What every client is put through, in the order of the table's columns. */
export const SCENARIOS = {
  plain: 'plain',
  stream: 'stream',
  tools: 'tools',
  parallelTools: 'parallel tools',
  structured: 'structured output',
  vision: 'vision',
  reasoning: 'reasoning',
  error: 'error',
  abort: 'abort',
  countTokens: 'count tokens',
  embeddings: 'embeddings',
} as const;

export type Scenario = keyof typeof SCENARIOS;
export const SCENARIO_IDS = Object.keys(SCENARIOS) as readonly Scenario[];

/** Whose API the upstream of a client speaks; the gateway has a provider of each name. */
export const UPSTREAMS = { cerebras: 'Cerebras', anthropic: 'Anthropic', gemini: 'Gemini' } as const;

export type Upstream = keyof typeof UPSTREAMS;
export const UPSTREAM_NAMES = Object.keys(UPSTREAMS) as readonly Upstream[];

/** What came of one client in one scenario. */
export type Outcome =
  | { readonly outcome: 'pass' }
  | { readonly outcome: 'n/a'; readonly reason: string }
  | { readonly outcome: 'fail'; readonly error: string };

/** A row of the table, as a lane reports it: one JSON line for each client. */
export interface ClientReport {
  readonly client: string;
  /** Package and version, as installed. */
  readonly version: string;
  readonly language: 'Node' | 'Python';
  /** What the client's base URL is, below the gateway's own address. */
  readonly base: string;
  readonly upstream: Upstream;
  readonly cells: Readonly<Partial<Record<Scenario, Outcome>>>;
}
