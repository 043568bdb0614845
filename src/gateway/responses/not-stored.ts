import { GatewayError } from '../../common/errors/gateway-error.js';

/** OpenAI's own words and nulls for an id that it does not have (wire.md 2.9). */
export function notStored(id: string): GatewayError {
  return new GatewayError('not_found', `Response with id '${id}' not found.`, { wireCode: null });
}
