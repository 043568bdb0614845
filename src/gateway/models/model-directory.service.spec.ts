import { Logger } from '@nestjs/common';
import { GatewayError } from '../../common/errors/gateway-error.js';
import { FixedSettingsStore } from '../../config/file/fixed-settings.store.js';
import type { RawSettings } from '../../config/file/raw-settings.types.js';
import { buildSettings } from '../../config/file/settings-builder.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import type { UpstreamModel } from '../providers/provider.port.js';
import { CEREBRAS_CATALOGUE } from './catalogue/cerebras.catalogue.js';
import { ModelCatalogue } from './catalogue/model-catalogue.js';
import { FakeListingProvider, upstreamModels } from './fake-listing-provider.js';
import { ModelDirectoryOptions } from './model-directory.options.js';
import { ModelDirectory } from './model-directory.service.js';

const GUIDE = ['llama-3.3-70b', 'llama-3.2-90b', 'llama-3-8b'];

/** Settings with one provider, and what more a story needs. */
function settingsOf(more: Partial<RawSettings> = {}, source = 'asbru.yaml'): FixedSettingsStore {
  const cerebras = { type: 'cerebras', keys: [{ name: 'main', value: 'k' }] } as const;
  return new FixedSettingsStore(buildSettings({ version: 1, providers: { cerebras }, ...more }, { source }));
}

function directoryOf(...providers: FakeListingProvider[]): ModelDirectory {
  return new ModelDirectory(
    new ProviderRegistry(providers),
    new ModelCatalogue({ cerebras: CEREBRAS_CATALOGUE }),
    new ModelDirectoryOptions(),
    settingsOf(),
  );
}

/** A directory of one model, with aliases and routes of the operator. */
function directoryWith(settings: Partial<RawSettings>): ModelDirectory {
  return new ModelDirectory(
    new ProviderRegistry([new FakeListingProvider('cerebras', ['gpt-oss-120b'])]),
    new ModelCatalogue({ cerebras: CEREBRAS_CATALOGUE }),
    new ModelDirectoryOptions(),
    settingsOf(settings),
  );
}

async function idsAndSource(directory: ModelDirectory): Promise<{ ids: string[]; source: string }> {
  const { models, source } = await directory.list();
  return { ids: models.map(({ entry }) => entry.id), source };
}

const failing = () => Promise.reject(new Error('connection refused'));
const never = () => Promise.withResolvers<UpstreamModel[]>().promise;

describe('ModelDirectory', () => {
  beforeAll(() => Logger.overrideLogger(false));
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  describe('joins the live list with the catalogue', () => {
    it('lists what the upstream offers, in a stable order, and the models of the guide', async () => {
      const directory = directoryOf(new FakeListingProvider('cerebras', ['zeta', 'alpha', 'gpt-oss-120b']));
      expect(await idsAndSource(directory)).toEqual({
        ids: ['gpt-oss-120b', ...GUIDE, 'alpha', 'zeta'],
        source: 'live',
      });
    });

    it('takes everything but the offer itself from the catalogue', async () => {
      const directory = directoryOf(new FakeListingProvider('cerebras', ['gpt-oss-120b']));
      const { entry } = await directory.find('cerebras/gpt-oss-120b');
      expect(entry).toMatchObject({ created: 1754438400, owner: 'Cerebras', context_length: 131072, state: 'active' });
      expect(entry.pricing).toEqual({ input: '0.35', output: '0.75', currency: 'USD', unit: '1M tokens' });
    });

    it('claims nothing of a model that only the upstream knows', async () => {
      const provider = new FakeListingProvider('cerebras');
      provider.answer = () => Promise.resolve([{ id: 'brand-new', created: 1790000000, owned_by: '' }]);
      const { entry } = await directoryOf(provider).find('brand-new');
      expect(entry).toMatchObject({ created: 1790000000, owner: 'cerebras', context_length: null, pricing: null });
      expect(entry).toMatchObject({ state: null, supported_parameters: null, capabilities: { chat: null } });
    });

    it('lists what is offered, also a model that the catalogue calls retired, and keeps saying so', async () => {
      const directory = directoryOf(new FakeListingProvider('cerebras', ['llama-3.3-70b', 'zai-glm-4.7']));
      expect((await directory.find('llama-3.3-70b')).entry).toMatchObject({ state: 'retired', deprecated: true });
      expect((await directory.find('zai-glm-4.7')).listed).toBe(true);
      expect((await directory.find('llama-3-8b')).entry).toMatchObject({ state: 'retired', deprecated: true });
    });

    it('finds a model that is not listed by its id', async () => {
      const directory = directoryOf(new FakeListingProvider('cerebras', ['gpt-oss-120b']));
      expect(await directory.find('cerebras/kimi-k2.7-code')).toMatchObject({
        listed: false,
        entry: { state: 'trial' },
      });
      expect(directory.all()).not.toContain('cerebras/kimi-k2.7-code');
    });
  });

  describe('keeps the list fresh', () => {
    it('asks once for many callers, and not again before the list is old', async () => {
      const provider = new FakeListingProvider('cerebras', ['gpt-oss-120b']);
      const directory = directoryOf(provider);
      await Promise.all([directory.list(), directory.list(), directory.find('gpt-oss-120b')]);
      await jest.advanceTimersByTimeAsync(299_000);
      await directory.list();
      expect(provider.lists).toBe(1);
    });

    it('answers from the old list while it fetches the new one', async () => {
      const provider = new FakeListingProvider('cerebras', ['gpt-oss-120b']);
      const directory = directoryOf(provider);
      await directory.list();
      const next = Promise.withResolvers<UpstreamModel[]>();
      provider.answer = () => next.promise;

      await jest.advanceTimersByTimeAsync(300_000);
      expect(await idsAndSource(directory)).toEqual({ ids: ['gpt-oss-120b', ...GUIDE], source: 'stale' });

      next.resolve(upstreamModels(['qwen-3.8-27b']));
      await jest.advanceTimersByTimeAsync(0);
      expect(await idsAndSource(directory)).toEqual({ ids: ['qwen-3.8-27b', ...GUIDE], source: 'live' });
      expect(provider.lists).toBe(2);
    });

    it('keeps the list when a later fetch fails, and pauses before the next', async () => {
      const provider = new FakeListingProvider('cerebras', ['gpt-oss-120b']);
      const directory = directoryOf(provider);
      await directory.list();
      provider.answer = failing;
      await jest.advanceTimersByTimeAsync(300_000);
      await directory.list();
      await jest.advanceTimersByTimeAsync(14_000);
      expect(await idsAndSource(directory)).toEqual({ ids: ['gpt-oss-120b', ...GUIDE], source: 'stale' });
      expect(provider.lists).toBe(2);

      provider.answer = () => Promise.resolve(upstreamModels(['qwen-3.8-27b']));
      await jest.advanceTimersByTimeAsync(1_000);
      await directory.list();
      await jest.advanceTimersByTimeAsync(0);
      expect(await idsAndSource(directory)).toEqual({ ids: ['qwen-3.8-27b', ...GUIDE], source: 'live' });
    });

    it('answers from the catalogue when the first fetch fails', async () => {
      const provider = new FakeListingProvider('cerebras');
      provider.answer = failing;
      const directory = directoryOf(provider);
      const expected = { ids: ['gpt-oss-120b', 'qwen-3.8-27b', ...GUIDE], source: 'catalogue' };
      expect(await idsAndSource(directory)).toEqual(expected);
      expect(await idsAndSource(directory)).toEqual(expected);
      expect(provider.lists).toBe(1);
    });

    it('answers from the catalogue when a provider throws instead of rejecting', async () => {
      const provider = new FakeListingProvider('cerebras');
      provider.answer = () => {
        throw new Error('no key');
      };
      expect((await idsAndSource(directoryOf(provider))).source).toBe('catalogue');
    });

    it('waits two seconds for a first list that does not come', async () => {
      const provider = new FakeListingProvider('cerebras');
      provider.answer = never;
      const listing = idsAndSource(directoryOf(provider));
      await jest.advanceTimersByTimeAsync(2_000);
      expect((await listing).source).toBe('catalogue');
    });

    it('gives a fetch up that never ends, so that a later one can succeed', async () => {
      const provider = new FakeListingProvider('cerebras');
      provider.answer = never;
      const directory = directoryOf(provider);
      const first = directory.list();
      await jest.advanceTimersByTimeAsync(25_000);
      await first;
      provider.answer = () => Promise.resolve(upstreamModels(['gpt-oss-120b']));
      expect((await idsAndSource(directory)).source).toBe('live');
    });

    it('fetches at start and by the clock until it is destroyed', async () => {
      const provider = new FakeListingProvider('cerebras', ['gpt-oss-120b']);
      const directory = directoryOf(provider);
      directory.onApplicationBootstrap();
      await jest.advanceTimersByTimeAsync(0);
      expect(provider.lists).toBe(1);
      await jest.advanceTimersByTimeAsync(300_000);
      expect(provider.lists).toBe(2);
      directory.onModuleDestroy();
      await jest.advanceTimersByTimeAsync(900_000);
      expect(provider.lists).toBe(2);
    });
  });

  describe('of several providers', () => {
    it('is as fresh as the least fresh of them', async () => {
      const other = new FakeListingProvider('other');
      other.answer = failing;
      const directory = directoryOf(new FakeListingProvider('cerebras', ['gpt-oss-120b']), other);
      expect(await idsAndSource(directory)).toEqual({ ids: ['gpt-oss-120b', ...GUIDE], source: 'catalogue' });
    });

    it('does not ask a provider that has no list', async () => {
      const mute = new FakeListingProvider('mute', [], new Set(['chat']));
      const directory = directoryOf(new FakeListingProvider('cerebras', ['gpt-oss-120b']), mute);
      expect((await idsAndSource(directory)).source).toBe('live');
      expect(mute.lists).toBe(0);
    });

    it('refuses a bare id that several have, naming the routes', async () => {
      const directory = directoryOf(
        new FakeListingProvider('cerebras', ['gpt-oss-120b']),
        new FakeListingProvider('other', ['gpt-oss-120b']),
      );
      await expect(directory.find('gpt-oss-120b')).rejects.toMatchObject({
        status: 400,
        param: 'model',
        message:
          "The model 'gpt-oss-120b' is offered by several providers: use 'cerebras/gpt-oss-120b' or 'other/gpt-oss-120b'",
      });
      expect((await directory.find('other/gpt-oss-120b')).provider).toBe('other');
    });

    it('lets the letter case decide only where it makes a difference', async () => {
      const directory = directoryOf(
        new FakeListingProvider('a', ['Model-X']),
        new FakeListingProvider('b', ['model-x']),
      );
      await directory.list();
      expect(directory.providersOf('Model-X')).toEqual(['a']);
      expect(directory.providersOf('MODEL-X')).toEqual(['a', 'b']);
      expect(directory.canonicalId('b', 'Model-X')).toBe('model-x');
      expect(directory.canonicalId('c', 'Model-X')).toBeUndefined();
    });

    it('finds ids that contain a slash, with their prefix and bare', async () => {
      const directory = directoryOf(new FakeListingProvider('hub', ['meta/llama-9']));
      expect((await directory.find('hub/meta/llama-9')).entry.id).toBe('meta/llama-9');
      expect((await directory.find('meta/llama-9')).provider).toBe('hub');
    });
  });

  it('refuses an unknown model with the routes that may be meant', async () => {
    const directory = directoryOf(new FakeListingProvider('cerebras', ['gpt-oss-120b']));
    const error: unknown = await directory.find('cerebras/llama-3.3-70').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(GatewayError);
    expect(error).toMatchObject({ status: 404, code: 'model_not_found', param: 'model' });
    expect((error as GatewayError).message).toMatch(
      /^The model 'cerebras\/llama-3\.3-70' does not exist\. Did you mean 'cerebras\/llama-3\.3-70b'.*\?$/,
    );
  });

  describe('has the operator’s names', () => {
    const aliases = {
      'claude-fast': 'cerebras/gpt-oss-120b',
      'claude-*': 'cerebras/gpt-oss-120b',
      routed: 'both',
      unknown: 'cerebras/brand-new',
    };
    const routes = { both: { targets: ['cerebras/gpt-oss-120b', 'cerebras/llama-3-8b'] } };

    it('lists the exact ones behind the models, with what is known of what they stand for', async () => {
      const { models } = await directoryWith({ models: { aliases }, routes }).list();
      const named = models.filter(({ alias }) => alias !== undefined);
      expect(named.map(({ alias, provider, entry }) => [alias, provider, entry.id])).toEqual([
        ['claude-fast', 'cerebras', 'gpt-oss-120b'],
        ['routed', 'cerebras', 'gpt-oss-120b'],
        ['unknown', 'cerebras', 'brand-new'],
      ]);
      expect(named[0]?.entry.context_length).toBe(131_072);
      expect(named[2]?.entry.context_length).toBeNull();
      expect(models.slice(-3)).toEqual(named);
    });

    it('finds them, before a model of that name', async () => {
      const directory = directoryWith({ models: { aliases: { 'gpt-oss-120b': 'cerebras/llama-3-8b' } } });
      expect(await directory.find('gpt-oss-120b')).toMatchObject({
        alias: 'gpt-oss-120b',
        entry: { id: 'llama-3-8b' },
      });
      expect(await directory.find('cerebras/gpt-oss-120b')).toMatchObject({ entry: { id: 'gpt-oss-120b' } });
      await expect(directory.find('constructor')).rejects.toMatchObject({ status: 404 });
    });
  });
});
