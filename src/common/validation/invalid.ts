import { GatewayError } from '../errors/gateway-error.js';
import type { Violation } from './satisfies.decorator.js';

/** The 400 answer for a broken rule. */
export function invalid({ code, message, param }: Violation): GatewayError {
  return new GatewayError(code, message, { param });
}
