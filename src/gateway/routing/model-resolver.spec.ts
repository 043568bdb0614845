import { GatewayError } from '../../common/errors/gateway-error.js';
import type { CatalogueEntry } from '../models/catalogue/catalogue-entry.js';
import { FakeListingProvider } from '../models/fake-listing-provider.js';
import { KnownModels } from '../models/known-models.port.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { ModelResolver } from './model-resolver.js';

/** Knows what it is given, letter case aside, and counts how often everything was asked for. */
class FakeKnownModels extends KnownModels {
  listings = 0;

  constructor(private readonly models: Record<string, string[]>) {
    super();
  }

  providersOf(modelId: string): string[] {
    return Object.keys(this.models).filter((provider) => this.canonicalId(provider, modelId) !== undefined);
  }

  canonicalId(provider: string, modelId: string): string | undefined {
    return this.models[provider]?.find((id) => id.toLowerCase() === modelId.toLowerCase());
  }

  all(): string[] {
    this.listings++;
    return Object.entries(this.models).flatMap(([provider, ids]) => ids.map((id) => `${provider}/${id}`));
  }

  describe(): CatalogueEntry | undefined {
    return undefined;
  }
}

function story(models: Record<string, string[]>) {
  const known = new FakeKnownModels(models);
  const registry = new ProviderRegistry(Object.keys(models).map((name) => new FakeListingProvider(name)));
  const resolver = new ModelResolver(registry, known);
  return {
    known,
    route: (model: unknown): string => {
      const resolved = resolver.resolve(model);
      return `${resolved.provider.name} <- ${resolved.model}`;
    },
    refusal: (model: unknown): GatewayError => {
      try {
        resolver.resolve(model);
      } catch (error) {
        if (error instanceof GatewayError) return error;
      }
      throw new Error('expected a GatewayError');
    },
  };
}

const CEREBRAS = { cerebras: ['gpt-oss-120b', 'llama-3.3-70b', 'llama-3-8b'] };

describe('ModelResolver', () => {
  it.each([
    ['cerebras/gpt-oss-120b', 'cerebras <- gpt-oss-120b'],
    ['gpt-oss-120b', 'cerebras <- gpt-oss-120b'],
    ['cerebras/Llama-3-8b', 'cerebras <- llama-3-8b'],
    ['Llama-3-8b', 'cerebras <- llama-3-8b'],
    // A model that nobody knows yet is the upstream's to judge.
    ['cerebras/Brand-New', 'cerebras <- Brand-New'],
    ['cerebras/my-org/endpoint', 'cerebras <- my-org/endpoint'],
  ])('sends %p: %p', (model, route) => {
    const { known, ...resolver } = story(CEREBRAS);
    expect(resolver.route(model)).toBe(route);
    expect(known.listings).toBe(0);
  });

  it('takes an id with a slash whose first segment is no provider for a bare id', () => {
    const { route } = story({ ...CEREBRAS, hub: ['meta/llama-9'] });
    expect(route('meta/llama-9')).toBe('hub <- meta/llama-9');
    expect(route('hub/meta/llama-9')).toBe('hub <- meta/llama-9');
  });

  it('prefers the prefix over a bare id of another provider', () => {
    const { route } = story({ ...CEREBRAS, hub: ['cerebras/gpt-oss-120b'] });
    expect(route('cerebras/gpt-oss-120b')).toBe('cerebras <- gpt-oss-120b');
  });

  it('refuses a bare id that several providers have, naming the routes', () => {
    const { refusal, route } = story({ ...CEREBRAS, other: ['GPT-OSS-120b'] });
    expect(refusal('gpt-oss-120b').toOpenAiError()).toEqual({
      message:
        "The model 'gpt-oss-120b' is offered by several providers: use 'cerebras/gpt-oss-120b' or 'other/GPT-OSS-120b'",
      type: 'invalid_request_error',
      param: 'model',
      code: 'invalid_value',
    });
    expect(route('other/gpt-oss-120b')).toBe('other <- GPT-OSS-120b');
  });

  it('refuses an unknown model as OpenAI does', () => {
    const error = story(CEREBRAS).refusal('claude-opus');
    expect(error.status).toBe(404);
    expect(error.toOpenAiError()).toEqual({
      message: "The model 'claude-opus' does not exist",
      type: 'invalid_request_error',
      param: 'model',
      code: 'model_not_found',
    });
  });

  it.each([
    ['llama3.3-70b', "The model 'llama3.3-70b' does not exist. Did you mean 'cerebras/llama-3.3-70b'"],
    [
      'cerebrsa/llama-3.3-70b',
      "The model 'cerebrsa/llama-3.3-70b' does not exist. Did you mean 'cerebras/llama-3.3-70b'",
    ],
    ['Cerebras/gpt-oss-120b', "The model 'Cerebras/gpt-oss-120b' does not exist. Did you mean 'cerebras/gpt-oss-120b'"],
  ])('names the near matches of %p', (model, start) => {
    const { message } = story(CEREBRAS).refusal(model);
    expect(message.slice(0, start.length)).toBe(start);
    expect(message.endsWith('?')).toBe(true);
  });

  it('refuses a prefix without a model', () => {
    expect(story(CEREBRAS).refusal('cerebras/')).toMatchObject({ status: 404, code: 'model_not_found' });
    expect(story(CEREBRAS).refusal('/gpt-oss-120b')).toMatchObject({ status: 404, code: 'model_not_found' });
  });

  it.each([
    [undefined, 'missing_required_parameter'],
    [null, 'missing_required_parameter'],
    ['', 'string_below_min_length'],
    [7, 'invalid_type'],
    [['gpt-oss-120b'], 'invalid_type'],
    [JSON.parse('{"toString":1}'), 'invalid_type'],
    ['x'.repeat(257), 'string_above_max_length'],
  ])('refuses %j as a model', (model, code) => {
    expect(story(CEREBRAS).refusal(model)).toMatchObject({ status: 400, code, param: 'model' });
  });

  it('routes the longest name that is allowed', () => {
    const id = 'x'.repeat(256 - 'cerebras/'.length);
    expect(story(CEREBRAS).route(`cerebras/${id}`)).toBe(`cerebras <- ${id}`);
  });
});
