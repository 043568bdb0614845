import { Injectable } from '@nestjs/common';
import { GatewayError } from '../../common/errors/gateway-error.js';
import { GatewaySettingsStore } from '../../config/file/settings.port.js';
import { KnownModels, MAX_MODEL_LENGTH } from '../models/known-models.port.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import type { Provider } from '../providers/provider.port.js';
import { adviceFor, type VendorName, vendorNameOf } from './vendor-names.js';

/** What an alias most likely leads to; when it is not listed, the first that is. */
const USUAL_TARGET = 'cerebras/gpt-oss-120b';

/** Where a request goes: the upstream and its own id of the model. */
export interface ResolvedModel {
  readonly provider: Provider;
  readonly model: string;
}

/** Turns the caller's `model` into a provider and its model id. Look-ups only: near matches cost on refusal alone. */
@Injectable()
export class ModelResolver {
  constructor(
    private readonly providers: ProviderRegistry,
    private readonly known: KnownModels,
    private readonly settings: GatewaySettingsStore,
  ) {}

  /**
   * `provider/id` goes to that provider, whether the id is known or not: the upstream may have it since a minute ago.
   * A bare id goes to the only provider that has it, else, when its name says whose it is, to the only one of that vendor.
   */
  resolve(model: unknown): ResolvedModel {
    assertModelName(model);
    return this.prefixed(model) ?? this.bare(model);
  }

  /** The route of a name that Claude Code was shown for it. */
  routeOfClaudeName(model: unknown): string | undefined {
    return typeof model === 'string' ? this.known.routeOfClaudeName(model) : undefined;
  }

  /** Whether the name begins as those of a vendor do (`claude-`, `gpt-4`), and the vendor is configured, once. */
  isOfConfiguredVendor(model: unknown): boolean {
    if (typeof model !== 'string' || model.includes('/')) return false;
    const vendor = vendorNameOf(model)?.vendor;
    return vendor !== undefined && this.providers.all().filter(({ kind }) => kind === vendor).length === 1;
  }

  private prefixed(route: string): ResolvedModel | undefined {
    const slash = route.indexOf('/');
    if (slash < 1) return undefined;
    const provider = this.providers.get(route.slice(0, slash));
    if (!provider) return undefined;
    const model = route.slice(slash + 1);
    if (model === '') throw this.known.notFound(route);
    return { provider, model: this.known.canonicalId(provider.name, model) ?? model };
  }

  private bare(id: string): ResolvedModel {
    const [name, ...others] = this.known.providersOf(id);
    const provider = name === undefined ? undefined : this.providers.get(name);
    if (!provider) return this.ofVendor(id);
    if (others.length > 0) throw this.known.ambiguous(id, this.known.providersOf(id));
    return { provider, model: this.known.canonicalId(provider.name, id) ?? id };
  }

  /** A model that no list has, of a vendor that is configured: it may be there since a minute ago. */
  private ofVendor(name: string): ResolvedModel {
    const named = vendorNameOf(name);
    if (!named) throw this.known.notFound(name);
    const ofIt = this.providers.all().filter(({ kind }) => kind === named.vendor);
    const [provider, ...others] = ofIt;
    if (!provider) throw this.notHere(name, named);
    if (others.length > 0) {
      throw this.known.ambiguous(
        named.model,
        ofIt.map((one) => one.name),
      );
    }
    return { provider, model: this.known.canonicalId(provider.name, named.model) ?? named.model };
  }

  private notHere(name: string, named: VendorName): GatewayError {
    const routes = this.known.all();
    const target = routes.includes(USUAL_TARGET) ? USUAL_TARGET : (routes[0] ?? USUAL_TARGET);
    const hasFile = this.settings.current.source !== 'environment';
    const message = `The model '${name}' does not exist here. ${adviceFor(named, target, hasFile)}`;
    return new GatewayError('model_not_found', message, { param: 'model' });
  }
}

/** Codes and messages are those of OpenAI's own parameter checks. */
function assertModelName(model: unknown): asserts model is string {
  const options = { param: 'model' };
  if (model === undefined || model === null) {
    throw new GatewayError('missing_required_parameter', "Missing required parameter: 'model'.", options);
  }
  if (typeof model !== 'string') {
    throw new GatewayError('invalid_type', "Invalid type for 'model': expected a string.", options);
  }
  if (model === '') {
    const message = "Invalid 'model': empty string. Expected a string with minimum length 1.";
    throw new GatewayError('string_below_min_length', message, options);
  }
  if (model.length > MAX_MODEL_LENGTH) {
    const message =
      `Invalid 'model': string too long. Expected a string with maximum length ${MAX_MODEL_LENGTH}, ` +
      `but got a string with length ${model.length} instead.`;
    throw new GatewayError('string_above_max_length', message, options);
  }
}
