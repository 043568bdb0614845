import type { AttemptFacts } from '../../common/context/attempt-meter.js';
import type { AttemptEnded, TokenCounts } from '../usage/usage-ledger.port.js';

/** Tokens with what only their price has to know. */
export interface BilledTokens extends TokenCounts {
  /** Of the cache-writing tokens those that are kept for an hour or longer. */
  readonly cacheWriteLongTokens: number;
}

interface Counted {
  readonly tokens: BilledTokens;
  readonly source: AttemptEnded['usageSource'];
}

const NONE: BilledTokens = {
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  cacheWriteLongTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
};
/** Characters of a token, about, where nobody else has counted. */
const CHARACTERS_PER_TOKEN = 4;
/** Ends of an attempt that an upstream may have worked for although it said nothing. */
const UNHEARD: ReadonlySet<string> = new Set(['cancelled', 'upstream_timeout', 'server_draining']);

/**
 * What an attempt used: as the upstream says it; of an answer that ended without that, well or not, what came is counted,
 * with the prompt as it was estimated.
 * @param outcome `ok`, `cancelled` or an error code
 * @param estimatedInput tokens
 */
export function tokensOf(
  { usage, isUsageFinal, outputLength, status }: AttemptFacts,
  outcome: string,
  estimatedInput: number,
): Counted {
  if (usage && isUsageFinal) return { tokens: countsOf(usage), source: 'upstream' };
  const counted = Math.ceil(outputLength / CHARACTERS_PER_TOKEN);
  if (usage) return grown(countsOf(usage), counted);
  if (counted === 0 && (estimatedInput === 0 || !mayHaveBegun(status, outcome)))
    return { tokens: NONE, source: 'none' };
  return { tokens: { ...NONE, inputTokens: estimatedInput, outputTokens: counted }, source: 'counted' };
}

/** Usage that was still growing when the answer ended. */
function grown(said: BilledTokens, counted: number): Counted {
  if (counted <= said.outputTokens) return { tokens: said, source: 'upstream' };
  return { tokens: { ...said, outputTokens: counted }, source: 'counted' };
}

/** Whether an upstream that said nothing of its usage may have worked. */
function mayHaveBegun(status: number | undefined, outcome: string): boolean {
  if (outcome === 'ok') return true;
  return status === undefined ? UNHEARD.has(outcome) : status === 200;
}

function countsOf(usage: NonNullable<AttemptFacts['usage']>): BilledTokens {
  const { prompt_tokens, completion_tokens, prompt_tokens_details, completion_tokens_details } = usage;
  const inputTokens = whole(prompt_tokens);
  const outputTokens = whole(completion_tokens);
  const cachedInputTokens = Math.min(inputTokens, whole(prompt_tokens_details?.cached_tokens));
  const written = Math.min(inputTokens - cachedInputTokens, whole(prompt_tokens_details?.cache_write_tokens));
  return {
    inputTokens,
    cachedInputTokens,
    cacheWriteTokens: written,
    cacheWriteLongTokens: Math.min(written, whole(prompt_tokens_details?.cache_write_1h_tokens)),
    outputTokens,
    reasoningTokens: Math.min(outputTokens, whole(completion_tokens_details?.reasoning_tokens)),
  };
}

/** An upstream may say anything; a bill holds whole numbers that are not negative. */
function whole(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? Math.min(Math.round(value), 1e12) : 0;
}
