import { GatewayError } from '../../common/errors/gateway-error.js';
import { type Operation, type Provider, unsupportedOperation } from '../providers/provider.port.js';
import type { ProviderRegistry } from '../providers/provider-registry.js';
import type { RelayedRoute } from './relayed-route.js';

/** The request header and the query parameter that name a provider, where no model does. */
export const PROVIDER_HEADER = 'x-asbru-provider';
export const PROVIDER_QUERY = 'provider';

/** Whether any provider has the operation. */
export function hasOperation(providers: ProviderRegistry, operation: Operation): boolean {
  return providers.all().some(({ operations }) => operations.has(operation));
}

/**
 * Who gets a request that names no model: whom the caller names among the configured providers, else the only one that
 * has the operation.
 * @param wanted what header and query say; only names of configured providers are understood
 * @param advice what else the caller can do when there are several
 * @throws GatewayError 400
 */
export function chooseProvider(
  providers: ProviderRegistry,
  { operation, name }: RelayedRoute,
  wanted: readonly string[],
  advice = '',
): Provider {
  const able = providers.all().filter(({ operations }) => operations.has(operation));
  const [asked, ...others] = new Set(wanted);
  if (others.length > 0)
    throw wrong(`The header '${PROVIDER_HEADER}' and '?${PROVIDER_QUERY}=' name different providers.`);
  if (asked !== undefined) return named(providers, asked, name, operation, able);
  const [only, ...more] = able;
  if (only && more.length === 0) return only;
  const header = `Name one of them in the header '${PROVIDER_HEADER}': ${list(able)}.`;
  throw wrong(`Several providers have ${name}, and the request does not say which is meant. ${advice}${header}`);
}

function named(
  providers: ProviderRegistry,
  asked: string,
  name: string,
  operation: Operation,
  able: readonly Provider[],
): Provider {
  const provider = providers.get(asked);
  if (!provider) throw wrong(`There is no provider of the name that '${PROVIDER_HEADER}' has. Use ${list(able)}.`);
  if (!provider.operations.has(operation)) throw unsupportedOperation(name, provider.name);
  return provider;
}

const list = (providers: readonly Provider[]): string => providers.map(({ name }) => `'${name}'`).join(' or ');

function wrong(message: string): GatewayError {
  return new GatewayError('invalid_value', message, { param: PROVIDER_HEADER });
}
