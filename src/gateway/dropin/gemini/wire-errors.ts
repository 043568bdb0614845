import { GatewayError } from '../../../common/errors/gateway-error.js';
import { kindOf } from '../../../common/validation/violations.js';

/** The refusal of a value, named by its place in the caller's body. */
export function invalid(param: string, message: string): GatewayError {
  return new GatewayError('invalid_value', message, { param });
}

/** The refusal of what chat cannot say: a model that is reached by generateContent itself may take it. */
export function unsupported(param: string, what: string): GatewayError {
  const message = `Unsupported value at '${param}': ${what} can only be sent to a provider that speaks generateContent.`;
  return new GatewayError('unsupported_value', message, { param });
}

export function wrongKind(param: string, expected: string, value: unknown): GatewayError {
  const message = `Invalid value at '${param}': expected ${expected}, but got ${kindOf(value)}.`;
  return new GatewayError('invalid_type', message, { param });
}
