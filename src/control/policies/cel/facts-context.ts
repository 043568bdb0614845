import type { KeyHolder } from '../../keys/key-directory.port.js';
import type { Level } from '../../contract/level.types.js';
import type { PolicyFacts } from '../policies.port.js';
import { CelEntity, CelKey, MAX_HEADER, MAX_MODEL, SENT_HEADERS } from './variables.js';

/** Values of the variables by name; what is undefined is unknown. */
export interface CelContext {
  readonly [name: string]: unknown;
}

/** What a bound of the output is when the request names none: larger than any. */
const NO_BOUND = 2n ** 63n - 1n;
/** More tokens than any request has. */
const MOST_TOKENS = 2 ** 53 - 1;

interface HolderValues {
  readonly key: CelKey;
  readonly organization: CelEntity;
  readonly customer: CelEntity;
  readonly team: CelEntity;
  readonly project: CelEntity;
  readonly user: CelEntity;
}

const NOBODY = new CelEntity('', '');
const ANONYMOUS: HolderValues = {
  key: new CelKey('', '', '', []),
  organization: NOBODY,
  customer: NOBODY,
  team: NOBODY,
  project: NOBODY,
  user: NOBODY,
};

/** A key's snapshot lives as long as its calls, and what is made of it lives as long. */
const holders = new WeakMap<KeyHolder, HolderValues>();

const NO_HEADERS: ReadonlyMap<string, string> = new Map();

/** The values of one request, for all rules that are asked about it. @param headerNames those that any rule looks at */
export function contextOf(facts: PolicyFacts, headerNames: readonly string[]): CelContext {
  const { key, organization, customer, team, project, user } = valuesOf(facts.holder);
  let headers = NO_HEADERS;
  let sent = NO_HEADERS;
  if (headerNames.length > 0) ({ headers, sent } = headersOf(facts.headers, headerNames));
  // One literal: this is made for each request that any rule binds.
  return {
    key,
    organization,
    customer,
    team,
    project,
    user,
    model: facts.model.slice(0, MAX_MODEL),
    provider: facts.provider ?? '',
    operation: facts.operation,
    stream: facts.streamed,
    input_tokens: tokens(facts.inputTokens),
    max_output_tokens: facts.maxOutputTokens === undefined ? NO_BOUND : tokens(facts.maxOutputTokens),
    budget_used: facts.budgetUsed,
    now: new Date(facts.now),
    headers,
    [SENT_HEADERS]: sent,
  };
}

export function tokens(count: number): bigint {
  if (Number.isNaN(count)) return 0n;
  return BigInt(Math.trunc(Math.min(Math.max(count, 0), MOST_TOKENS)));
}

type Headers = ReadonlyMap<string, string>;

function headersOf(given: PolicyFacts['headers'], names: readonly string[]): { headers: Headers; sent: Headers } {
  const headers = new Map<string, string>();
  const sent = new Map<string, string>();
  for (const name of names) {
    const value = Object.hasOwn(given, name) ? textOf(given[name]) : undefined;
    headers.set(name, value ?? '');
    if (value !== undefined) sent.set(name, value);
  }
  return { headers, sent };
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.slice(0, MAX_HEADER);
  if (Array.isArray(value)) return value.join(', ').slice(0, MAX_HEADER);
  return undefined;
}

function valuesOf(holder: KeyHolder | undefined): HolderValues {
  if (!holder) return ANONYMOUS;
  let values = holders.get(holder);
  if (!values) holders.set(holder, (values = holderValues(holder)));
  return values;
}

function holderValues(holder: KeyHolder): HolderValues {
  const entity = (level: Level): CelEntity => {
    const found = holder.levels.find((one) => one.level === level);
    return found ? new CelEntity(found.id, found.name) : NOBODY;
  };
  return {
    key: new CelKey(holder.id, holder.name, holder.prefix, [...holder.tags]),
    organization: entity('organization'),
    customer: entity('customer'),
    team: entity('team'),
    project: entity('project'),
    user: entity('user'),
  };
}
