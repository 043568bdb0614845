import { GatewayError } from '../../../common/errors/gateway-error.js';

/** The 400 for what Gemini cannot be told. */
export function unsupportedPart(param: string, what: string): GatewayError {
  const message = `Unsupported content part: ${what} is not supported by the gemini provider.`;
  return new GatewayError('unsupported_value', message, { param });
}

export function invalidValue(param: string, what: string): GatewayError {
  return new GatewayError('invalid_value', `Invalid value for '${param}': ${what}.`, { param });
}
