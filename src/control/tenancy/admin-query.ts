import { GatewayError } from '../../common/errors/gateway-error.js';
import { nearName } from '../../common/json/near-name.js';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

/** A query string as Fastify gives it. */
export type RawQuery = Readonly<Record<string, string | string[] | undefined>>;

export interface PageQuery {
  readonly limit: number;
  readonly after: string | undefined;
  /** By the names that the list may be narrowed by. */
  readonly filters: Readonly<Record<string, string>>;
}

/** Reads `limit`, `after` and filters. @throws GatewayError (400) that names what is wrong, or unknown */
export function readPageQuery(query: RawQuery, filters: readonly string[] = []): PageQuery {
  const known = ['limit', 'after', ...filters];
  const texts = readQuery(query, known);
  const { limit: limitText, after, ...others } = texts;
  const limit = limitText === undefined ? DEFAULT_LIMIT : Number(limitText);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new GatewayError('invalid_value', `'limit' must be a whole number from 1 to ${MAX_LIMIT}.`, {
      param: 'limit',
    });
  }
  return { limit, after, filters: others };
}

/** Reads `cascade=true` of a deletion. */
export function readCascade(query: RawQuery): boolean {
  const { cascade = 'false' } = readQuery(query, ['cascade']);
  if (cascade !== 'true' && cascade !== 'false') {
    throw new GatewayError('invalid_value', "'cascade' must be true or false.", { param: 'cascade' });
  }
  return cascade === 'true';
}

function readQuery(query: RawQuery, known: readonly string[]): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(query)) {
    if (!known.includes(name)) {
      const near = nearName(name.slice(0, 64), known);
      const hint = near === undefined ? '' : ` Did you mean '${near}'?`;
      throw new GatewayError('unsupported_parameter', `Unknown query parameter: '${name.slice(0, 64)}'.${hint}`, {
        param: name.slice(0, 64),
      });
    }
    if (typeof value !== 'string')
      throw new GatewayError('invalid_value', `'${name}' is given twice.`, { param: name });
    texts[name] = value;
  }
  return texts;
}
