import { GatewayError } from '../../common/errors/gateway-error.js';
import { FixedSettingsStore } from '../../config/file/fixed-settings.store.js';
import { buildSettings } from '../../config/file/settings-builder.js';
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

/** A provider of another name than its kind, as in a file. */
class NamedProvider extends FakeListingProvider {
  override readonly kind: string;

  constructor(name: string, kind: string) {
    super(name);
    this.kind = kind;
  }
}

function story(models: Record<string, string[]>, kinds: Record<string, string> = {}, source = 'asbru.yaml') {
  const known = new FakeKnownModels(models);
  const registry = new ProviderRegistry(
    Object.keys(models).map((name) => new NamedProvider(name, kinds[name] ?? name)),
  );
  const settings = new FixedSettingsStore(buildSettings({ version: 1, providers: {} }, { source }));
  const resolver = new ModelResolver(registry, known, settings);
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
    const error = story(CEREBRAS).refusal('mixtral');
    expect(error.status).toBe(404);
    expect(error.toOpenAiError()).toEqual({
      message: "The model 'mixtral' does not exist",
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

  describe('with the name of another vendor’s model', () => {
    const ALL = { ...CEREBRAS, claude: ['claude-opus-4-1'], gpt: ['gpt-5'], google: [] };
    const KINDS = { claude: 'anthropic', gpt: 'openai', google: 'gemini' };

    it.each([
      ['claude-opus-4-1', 'claude <- claude-opus-4-1'],
      // No list has these yet.
      ['claude-opus-9', 'claude <- claude-opus-9'],
      ['Claude-Opus-9', 'claude <- Claude-Opus-9'],
      ['gpt-9-turbo', 'gpt <- gpt-9-turbo'],
      ['o7', 'gpt <- o7'],
      ['o3-mini', 'gpt <- o3-mini'],
      ['text-embedding-3-small', 'gpt <- text-embedding-3-small'],
      ['gemini-4-flash', 'google <- gemini-4-flash'],
      // As other gateways write it; no provider has the name anthropic.
      ['anthropic/claude-opus-9', 'claude <- claude-opus-9'],
      ['anthropic/claude-OPUS-4-1', 'claude <- claude-opus-4-1'],
      // Of an open-weight model the name does not say who has it.
      ['gpt-oss-120b', 'cerebras <- gpt-oss-120b'],
    ])('sends %s: %s', (model, route) => {
      expect(story(ALL, KINDS).route(model)).toBe(route);
    });

    it.each(['gpt-oss-9', 'o', 'o3x', 'opus', 'oss-1', 'claude', 'my/claude-1'])('takes %s for nobody’s', (model) => {
      const { message } = story(ALL, KINDS).refusal(model);
      expect(message).toMatch(/does not exist($|\. Did you mean)/);
    });

    it('asks which one when several providers are of that vendor', () => {
      const two = story({ eu: [], us: [] }, { eu: 'anthropic', us: 'anthropic' });
      expect(two.refusal('claude-opus-9')).toMatchObject({
        status: 400,
        message: expect.stringContaining('eu/claude-opus-9'),
      });
      expect(two.route('us/claude-opus-9')).toBe('us <- claude-opus-9');
    });

    it.each([
      ['claude-opus-9', "'claude-*': cerebras/gpt-oss-120b", 'anthropic'],
      ['gpt-4o-mini', "'gpt-4*': cerebras/gpt-oss-120b", 'openai'],
      ['gpt-image-1', "'gpt-image*': cerebras/gpt-oss-120b", 'openai'],
      ['o3-mini', "'o3*': cerebras/gpt-oss-120b", 'openai'],
      ['gemini-2.5-pro', "'gemini-*': cerebras/gpt-oss-120b", 'gemini'],
      ['anthropic/claude-opus-9', "'anthropic/*': cerebras/gpt-oss-120b", 'anthropic'],
      ['google/gemini-9', "'google/*': cerebras/gpt-oss-120b", 'gemini'],
    ])('names the line that is missing for %s', (model, line, type) => {
      const error = story(CEREBRAS).refusal(model);
      expect(error).toMatchObject({ status: 404, code: 'model_not_found', param: 'model' });
      expect(error.message).toContain(`The model '${model}' does not exist here.`);
      expect(error.message).toContain(`${line} under models.aliases in asbru.yaml`);
      expect(error.message).toContain(`a provider of type ${type}`);
    });

    it('says how to do it without a file', () => {
      const { message } = story(CEREBRAS, {}, 'environment').refusal('claude-opus-9');
      expect(message).toContain("ASBRU_MODEL_ALIASES='claude-*=cerebras/gpt-oss-120b'");
      expect(message).toContain('copy asbru.example.yaml');
    });

    it('proposes a model that there is', () => {
      const { message } = story({ hub: ['llama-9'] }).refusal('claude-opus-9');
      expect(message).toContain("'claude-*': hub/llama-9");
    });
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
