import { GatewayError } from '../../common/errors/gateway-error.js';
import type { ParameterRule, ParameterTable } from './parameter-table.js';

/** Where a draft notes what it could not send as it came: a call, or one attempt of it. */
export interface RequestNotes {
  /** Refuse instead of filtering. */
  readonly strict: boolean;
  readonly filtered: Set<string>;
  readonly transformed: Set<string>;
}

/**
 * An upstream request while it is written: the caller's parameters go in by the provider's table, and what
 * cannot be sent is noted, or refused when the caller is strict.
 */
export class RequestDraft {
  readonly body: Record<string, unknown> = {};

  constructor(
    private readonly provider: string,
    private readonly notes: RequestNotes,
  ) {}

  /** Copies what passes, filters what the table filters or does not hold, and leaves the rest to the caller of this. */
  take(request: Readonly<Record<string, unknown>>, table: ParameterTable): void {
    for (const name in request) {
      const value = request[name];
      if (value === undefined || value === null) continue;
      const rule = ruleOf(table, name);
      if (rule === 'pass') this.body[name] = value;
      else if (rule === 'filter') this.filter(name);
    }
  }

  /** The request without what the table filters; the same object when nothing is. */
  keep(request: Record<string, unknown>, table: ParameterTable): Record<string, unknown> {
    let kept: Record<string, unknown> | undefined;
    for (const name in request) {
      if (ruleOf(table, name) !== 'filter') continue;
      kept ??= { ...request };
      delete kept[name];
      if (request[name] !== null) this.filter(name);
    }
    return kept ?? request;
  }

  /** Notes a parameter that is not sent. @throws GatewayError 400 when the caller is strict */
  filter(path: string): void {
    if (this.notes.strict) {
      throw new GatewayError(
        'unsupported_parameter',
        `Unsupported parameter: '${path}' is not supported by the ${this.provider} provider. Leave it out, or leave out 'x-asbru-strict' to have it filtered.`,
        { param: path },
      );
    }
    this.notes.filtered.add(path);
  }

  /** Notes a parameter that is sent with another value. */
  transform(path: string): void {
    this.notes.transformed.add(path);
  }
}

/** What the gateway itself reads, whoever the provider is. */
const GATEWAY_PARAMETERS = new Set(['fallbacks']);

function ruleOf(table: ParameterTable, name: string): ParameterRule {
  if (GATEWAY_PARAMETERS.has(name)) return 'gateway';
  // As a key of the body this one would not be a member but its prototype, and be lost without a word.
  if (name === '__proto__') return 'filter';
  return (Object.hasOwn(table, name) && table[name]) || table['*'] || 'filter';
}
