import { type RawQuery, readTexts } from '../../common/http/query.js';
import { invalid } from '../../common/validation/invalid.js';
import { wrongValue } from '../../common/validation/violations.js';

/** Reads `cascade=true` of a deletion. @throws GatewayError (400) that names what is wrong */
export function readCascade(query: RawQuery): boolean {
  const { cascade = 'false' } = readTexts(query, ['cascade']);
  if (cascade !== 'true' && cascade !== 'false') throw invalid(wrongValue('cascade', cascade, ['true', 'false']));
  return cascade === 'true';
}
