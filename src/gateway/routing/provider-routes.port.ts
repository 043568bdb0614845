import type { Observable } from 'rxjs';
import type { CallContext } from '../../common/context/call-context.js';
import type { Provider } from '../providers/provider.port.js';
import type { RoutedRequest, RouteRules, Send } from './inference-router.port.js';

/** A request that is about an account, not about a model. */
export interface AccountRequest {
  /** Empty: there is none. */
  readonly model: string;
}

/** Questions about providers that the way of a request does not answer by itself. The class is the injection token. */
export abstract class ProviderRoutes {
  /** Those that may answer a request, the first first. @throws GatewayError as the request itself would */
  abstract providersOf(request: RoutedRequest, call: CallContext): readonly Provider[];

  /**
   * Asks one provider, whatever the model: its keys in the order of the configuration, so that what one request has
   * stored (a file, a batch) the next finds again, although keys may see different things.
   */
  abstract at<T>(provider: string, call: CallContext, send: Send<AccountRequest, T>, rules?: RouteRules): Observable<T>;
}
