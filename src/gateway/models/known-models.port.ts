import { GatewayError } from '../../common/errors/gateway-error.js';
import type { CatalogueEntry } from './catalogue/catalogue-entry.js';
import { claudeNameOf } from './claude-names.js';
import { nearMatches } from './near-matches.js';

/** Longest model name that a request may carry: no upstream has longer ids. */
export const MAX_MODEL_LENGTH = 256;

/** Which models there are, from memory: no question here waits for an upstream. The class is the injection token. */
export abstract class KnownModels {
  /** The providers that have the model: those with exactly this id, else those with it in another letter case. */
  abstract providersOf(modelId: string): readonly string[];
  /** The provider's own spelling of the id, if it knows the model. */
  abstract canonicalId(provider: string, modelId: string): string | undefined;
  /** The `provider/id` routes of the listed models. */
  abstract all(): readonly string[];
  /** What is known of the model, whether it is listed or not. */
  abstract describe(provider: string, modelId: string): CatalogueEntry | undefined;

  /** The listed route that Claude Code knows by this name, as in `claude-cerebras-gpt-oss-120b`. */
  routeOfClaudeName(name: string): string | undefined {
    return name.startsWith('claude-') ? this.all().find((route) => claudeNameOf(route) === name) : undefined;
  }

  /** The refusal of an unknown model: OpenAI's shape, with the routes that the caller may have meant. */
  notFound(model: string): GatewayError {
    const near = nearMatches(model, this.all());
    const hint = near.length === 0 ? '' : `. Did you mean ${quotedList(near)}?`;
    return new GatewayError('model_not_found', `The model '${model}' does not exist${hint}`, { param: 'model' });
  }

  /** The refusal of a bare id that several providers have. */
  ambiguous(model: string, providers: readonly string[]): GatewayError {
    const routes = providers.map((provider) => `${provider}/${this.canonicalId(provider, model) ?? model}`);
    const message = `The model '${model}' is offered by several providers: use ${quotedList(routes)}`;
    return new GatewayError('invalid_value', message, { param: 'model' });
  }
}

function quotedList(items: readonly string[]): string {
  const quoted = items.map((item) => `'${item}'`);
  const last = quoted.pop() ?? '';
  return quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`;
}
