import { Injectable } from '@nestjs/common';
import { GatewayError } from '../../common/errors/gateway-error.js';
import { KnownModels, MAX_MODEL_LENGTH } from '../models/known-models.port.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import type { Provider } from '../providers/provider.port.js';

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
  ) {}

  /**
   * `provider/id` goes to that provider, whether the id is known or not: the upstream may have it since a minute ago.
   * A bare id goes to the only provider that has it.
   */
  resolve(model: unknown): ResolvedModel {
    assertModelName(model);
    return this.prefixed(model) ?? this.bare(model);
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
    if (!provider) throw this.known.notFound(id);
    if (others.length > 0) throw this.known.ambiguous(id, this.known.providersOf(id));
    return { provider, model: this.known.canonicalId(provider.name, id) ?? id };
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
